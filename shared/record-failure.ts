import type { CollectDeps } from './collect-tenant.ts';
import type { TenantSession } from './commit.ts';
import { pollInterval } from './domain/poll-interval.ts';
import { afterFailure, afterSuccess } from './domain/poll-outcome.ts';
import { AppError, hasCode } from './errors.ts';
import type { Tally, TenantOutcome } from './tenant-outcome.ts';

/** Codes that end a run early without being a failure, and how: the tenant goes on when its calls are allowed again … */
const INTERRUPTIONS: Readonly<Record<string, 'more' | 'waiting'>> = {
  'budget-spent': 'more',
  // … or, still due, at the next tick: what is wrong is told once for the run and not on each of its tenants.
  'credential-stopped': 'waiting',
};

/** Ends a poll that failed: says in the tenant's state why, and when it is tried again. */
export async function recordFailure(
  { table, settings }: Pick<CollectDeps, 'table' | 'settings'>,
  session: TenantSession | undefined,
  tally: Tally,
  error: unknown,
): Promise<TenantOutcome> {
  if (session === undefined) return { ...tally, kind: 'failed', error };
  const interruption = error instanceof AppError ? INTERRUPTIONS[error.code] : undefined;
  const now = table.serviceTime();
  const nextTick = now + pollInterval(session.state(), settings);
  try {
    await session.commit({
      change: (state) => {
        if (interruption === 'waiting') return { ...state, busyUntil: 0n };
        return interruption === 'more'
          ? afterSuccess(state, { now, nextTick })
          : afterFailure(state, error, { now, nextTick });
      },
    });
  } catch (unsaved) {
    if (hasCode(unsaved, 'tenant-taken') || hasCode(unsaved, 'tenant-gone')) return { ...tally, kind: 'taken' };
    return { ...tally, kind: 'failed', error: unsaved };
  }
  return interruption === undefined ? { ...tally, kind: 'failed', error } : { ...tally, kind: interruption };
}
