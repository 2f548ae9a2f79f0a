import { claimNextTurn, nextTurnAt } from '../domain/tenants/next-turn.ts';
import { pollInterval } from '../domain/tenants/poll-interval.ts';
import { afterFailure, afterSuccess } from '../domain/tenants/poll-outcome.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { AppError, hasCode } from '../errors.ts';
import { ERRORS } from '../errors/error-table.ts';
import type { TenantSession } from '../storing/tenant-session.ts';
import type { Tally, TenantOutcome } from './tenant-outcome.ts';
import type { CollectDeps } from './tenant-poll.ts';

/** Ends a failed poll: the tenant's state says why it failed and when the next attempt is. */
export async function recordFailure(
  { table, settings }: Pick<CollectDeps, 'table' | 'settings'>,
  session: TenantSession | undefined,
  tally: Tally,
  thrown: unknown,
): Promise<TenantOutcome> {
  if (session === undefined) return { ...tally, kind: 'failed', error: thrown };
  const error = endOf(session.state(), thrown);
  const interruption = error instanceof AppError ? ERRORS[error.code].ends : undefined;
  const now = table.serviceTime();
  const interval = pollInterval(session.state(), settings);
  const nextTick = now + interval;
  const limits = settings.callLimits[session.state().readFrom];
  try {
    await session.commit({
      change: (state) => {
        if (interruption === 'waiting') return { ...state, busyUntil: 0n };
        return interruption === 'more'
          ? claimNextTurn(afterSuccess(state, { now, nextTick }), { now, interval, limits })
          : afterFailure(state, error, { now, nextTick });
      },
    });
  } catch (unsaved) {
    if (hasCode(unsaved, 'tenant-taken', 'tenant-gone')) return { ...tally, kind: 'taken' };
    return { ...tally, kind: 'failed', error: unsaved };
  }
  if (interruption === 'more') return { ...tally, kind: 'more', nextTurnAt: nextTurnAt(session.state(), now, limits) };
  return interruption === 'waiting' ? { ...tally, kind: 'waiting' } : { ...tally, kind: 'failed', error };
}

/**
 * A turn whose last call failed has failed, even if its time was over. The exception is one step of a search: the next turn takes
 * the next step.
 */
function endOf({ live, backfill, reconcile }: TenantState, thrown: unknown): unknown {
  if (!hasCode(thrown, 'budget-spent') || thrown.cause === undefined) return thrown;
  const isSearching = [live, backfill, reconcile].some(
    (cycle) => cycle?.search !== undefined && (cycle.search.step === 'last' || !cycle.search.isUnproven),
  );
  return isSearching ? thrown : thrown.cause;
}
