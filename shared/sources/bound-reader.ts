import { REQUEST_LIMIT_MS } from '../domain/reading/request-limit.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { TenantIncidents } from '../ports/incident-source.ts';

/**
 * The same reader, but it begins no call that may end after `deadlineMs` on the monotonic clock. The error that it throws then has
 * the failure of the call before as its cause: a tenant that hangs must not look like a tenant that has only more to read.
 */
export function boundReader(reader: TenantIncidents, clock: Clock, deadlineMs: number): TenantIncidents {
  let failure: AppError | undefined;

  async function inTime<Result>(send: () => Promise<Result>): Promise<Result> {
    if (clock.monotonicMs() + REQUEST_LIMIT_MS > deadlineMs) throw outOfTime(failure);
    try {
      const result = await send();
      failure = undefined;
      return result;
    } catch (error) {
      if (error instanceof AppError) failure = withoutRepeats(error);
      throw error;
    }
  }

  const { addAlerts } = reader;
  return {
    ...reader,
    ...(addAlerts !== undefined && { addAlerts: (observed) => inTime(() => addAlerts(observed)) }),
    list: (query) => inTime(() => reader.list(query)),
    follow: (nextLink, updatedFrom) => inTime(() => reader.follow(nextLink, updatedFrom)),
    get: (incidentId, options) => inTime(() => reader.get(incidentId, options)),
  };
}

/** No time is left to retry, and the wait that the service requested is over when the next call begins. */
function withoutRepeats({ blame, code, message, action, status, trackingId }: AppError): AppError {
  return new AppError(code, message, {
    blame,
    action,
    retriable: false,
    ...(status !== undefined && { status }),
    ...(trackingId !== undefined && { trackingId }),
  });
}

function outOfTime(cause: AppError | undefined): AppError {
  return new AppError('budget-spent', 'Cannot call the source again in this turn: its time is used', {
    ...(cause !== undefined && { cause }),
    action: 'Nothing: reading goes on with the next turn; if it lasts, look at how long the service takes to answer',
  });
}
