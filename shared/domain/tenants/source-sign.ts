import { AppError, hasCode } from '../../errors.ts';
import { readObject } from '../values/read-value.ts';
import type { Ticks } from '../values/ticks.ts';
import type { SourceSign, TenantState } from './tenant-state.ts';

/**
 * The sign after a failed poll. No document says what a withdrawn API returns: every failure counts that a service which only
 * has trouble does not have. A transient failure changes nothing.
 */
export function signAfter(error: unknown, before: SourceSign | undefined, now: Ticks): SourceSign | undefined {
  if (!(error instanceof AppError)) return before;
  const kind = kindOf(error);
  if (kind !== undefined) return { kind, since: before?.since ?? now, message: error.message };
  const saysNothing = error.retriable || hasCode(error, 'source-suspected', 'budget-spent', 'credential-stopped');
  return saysNothing ? before : undefined;
}

/** Codes of the list of incidents; a refusal that names a role or a licence has another one and is the customer's own. */
function kindOf(error: AppError): SourceSign['kind'] | undefined {
  if (hasCode(error, 'source-silent')) return 'silent';
  const { status, cause } = error;
  const isGone =
    hasCode(error, 'endpoint-not-found', 'bad-request', 'forbidden') ||
    (hasCode(error, 'bad-page') && (status === 404 || status === 410)) ||
    (hasCode(error, 'source-unavailable') && readObject(cause)?.['code'] === 'ENOTFOUND');
  return isGone ? 'gone' : undefined;
}

/** For a tenant that could not move when the Defender API ended: the error shows what Graph lacks, not the known failure. */
export function explainEnd(error: unknown, ended: Pick<TenantState, 'move'> | undefined): unknown {
  const isEnd = error instanceof AppError && (kindOf(error) !== undefined || hasCode(error, 'source-suspected'));
  const problem = ended?.move?.problem;
  if (!isEnd || problem === undefined) return error;
  const { blame, message, missingRoles } = problem;
  const action =
    missingRoles === undefined
      ? problem.action
      : `Send the customer a new consent link made with {"source": "auto"}: Microsoft Graph needs the role ${missingRoles.join(', ')}`;
  return new AppError(
    'source-retired',
    `Cannot read from the Defender API any more, nor yet from Microsoft Graph: ${message}`,
    { blame, cause: error, action, ...(missingRoles !== undefined && { missingRoles }) },
  );
}
