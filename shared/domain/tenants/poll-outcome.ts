import { AppError } from '../../errors.ts';
import { ERRORS } from '../../errors/error-table.ts';
import {
  maxTicks,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_MS,
  type Ticks,
} from '../values/ticks.ts';
import { claimTolerance } from './poll-interval.ts';
import { signAfter } from './source-sign.ts';
import type { LastError, TenantState, TenantStatus } from './tenant-state.ts';

/** When a tick happened, when the next one is expected, and what the service's clock says now. */
export interface PollTimes {
  now: Ticks;
  nextTick: Ticks;
}

/** Waits between proofs of a fresh consent; Entra may need minutes to spread it. Then hourly until a day has passed. */
const PROOF_DELAYS_MINUTES = [1n, 2n, 5n, 10n, 30n] as const;

/** The tenant after a successful poll. A successful verification makes it active. */
export function afterSuccess(state: TenantState, { now, nextTick }: PollTimes): TenantState {
  return {
    ...state,
    status: 'active',
    statusSince: state.status === 'active' ? state.statusSince : now,
    failedProofs: 0,
    failedPolls: 0,
    lastError: undefined,
    nextDueAt: nextTick,
    busyUntil: 0n,
    lastPolledAt: now,
    unconfirmedStamp: undefined,
    sign: undefined,
  };
}

/** The tenant after a failed poll: the failure, since when, who must act, and when to try again. */
export function afterFailure(state: TenantState, error: unknown, times: PollTimes): TenantState {
  const { now } = times;
  const failure = toLastError(error, state.lastError, now);
  const polled = {
    ...state,
    lastError: failure,
    failedPolls: state.failedPolls + 1,
    busyUntil: 0n,
    lastPolledAt: now,
    sign: state.readFrom === 'defender' ? signAfter(error, state.sign, now) : undefined,
  };
  const retryAt =
    error instanceof AppError && error.retryAfterMs !== undefined
      ? now + BigInt(error.retryAfterMs) * TICKS_PER_MS
      : 0n;
  // What the registration lacks is the tenant's to consent to all the same, once the partner has added it.
  if (failure.blame !== 'tenant' && failure.code !== 'consent-missing')
    return { ...polled, nextDueAt: maxTicks(times.nextTick, retryAt + claimTolerance(times.nextTick - now)) };
  if (state.status === 'pending' && now - state.statusSince < TICKS_PER_DAY)
    return { ...polled, ...nextProof(state, now) };
  const status: TenantStatus = ERRORS[failure.code].tenantStatus ?? 'unreachable';
  const statusSince = status === state.status ? state.statusSince : now;
  const isOwn = state.completeThrough === undefined || failure.code === 'source-retired';
  const action = isOwn ? failure.action : `${failure.action}${UNLESS_ALL}`;
  const refused = { ...polled, status, statusSince, lastError: { ...failure, action } };
  return { ...refused, nextDueAt: maxTicks(now + refusalWait(refused, times), retryAt) };
}

/** A customer that worked until now may be one of many that are refused alike: operators should not write to it then. */
const UNLESS_ALL = '; not while GET /health says fleet-refused';

/**
 * A refused tenant that worked before is tried again after as long as it has been refused, from one interval up to an hour: a
 * refusal that passes costs as long again as it lasted, and one that stays costs few calls. One that never worked waits an hour.
 */
function refusalWait({ completeThrough, statusSince }: TenantState, { now, nextTick }: PollTimes): Ticks {
  if (completeThrough === undefined) return TICKS_PER_HOUR;
  const refusedFor = now - statusSince;
  return maxTicks(nextTick - now, refusedFor < TICKS_PER_HOUR ? refusedFor : TICKS_PER_HOUR);
}

function nextProof(state: TenantState, now: Ticks): Pick<TenantState, 'failedProofs' | 'nextDueAt'> {
  const minutes = PROOF_DELAYS_MINUTES[state.failedProofs] ?? 60n;
  return { failedProofs: state.failedProofs + 1, nextDueAt: now + minutes * TICKS_PER_MINUTE };
}

/** What is shown of a failure; `since` goes on while the code stays the same. */
export function toLastError(error: unknown, before: LastError | undefined, now: Ticks): LastError {
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? 'internal-error';
  return {
    code,
    message: known?.message ?? 'The collector failed unexpectedly; its log has the details',
    blame: known === undefined || known.blame === 'caller' ? 'collector' : known.blame,
    action: known?.action ?? ERRORS['internal-error'].action,
    since: before?.code === code ? before.since : now,
    ...(known?.missingRoles !== undefined && { missingRoles: known.missingRoles }),
  };
}
