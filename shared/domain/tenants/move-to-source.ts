import type { SourceName } from '../incidents/incident.ts';
import { cutBefore, startCycle } from '../reading/read-cycle.ts';
import { maxTicks, type Ticks } from '../values/ticks.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * The state from which on another source is read. The time that the old one has covered stays complete; the new one reads the
 * head from where the old one stopped, and in addition all of the lookback again. Nothing that was learnt about the old one
 * applies.
 */
export function moveToSource(
  state: TenantState,
  readFrom: SourceName,
  { now, lookbackFrom }: { now: Ticks; lookbackFrom: Ticks },
): TenantState {
  const { completeFrom, completeThrough, frontThrough, backfill, budget, otherBudget } = state;
  const begun: TenantState = {
    ...state,
    readFrom,
    ...(readFrom !== state.readFrom && { budget: otherBudget, otherBudget: budget }),
    move: { since: now },
    live: undefined,
    reconcile: undefined,
    pageCap: undefined,
    longestPage: 0,
    learntTop: undefined,
    alertsApart: undefined,
    fingerprints: new Set(),
    witness: undefined,
    seenAt: undefined,
    sign: undefined,
    standby: undefined,
    gaps: state.gaps.map((gap) => ({ ...gap, retryAt: now })),
  };
  if (completeFrom === undefined || completeThrough === undefined) return restart(begun);
  // The older part that was not read whole begins anew, up to where the old source was read: its news are told anew as well.
  if (backfill !== undefined) {
    const to = backfill.to === undefined ? undefined : maxTicks(backfill.to, frontThrough ?? backfill.to);
    return { ...begun, backfill: startCycle(completeFrom, to, now) };
  }
  const from = maxTicks(completeFrom, cutBefore(lookbackFrom));
  return { ...begun, reconcile: startCycle(from, completeThrough, now) };
}

/** Nothing is complete yet: the new source does the first read. */
function restart(state: TenantState): TenantState {
  const unread = { backfill: undefined, frontThrough: undefined, frontCurrentAt: undefined, completeFrom: undefined };
  return { ...state, ...unread, move: undefined };
}

/** Everything from the old source is being read through the new one: such versions are not late, only their source differs. */
export function isReadingAnew({ move }: Pick<TenantState, 'move'>): boolean {
  return move !== undefined && move.problem === undefined;
}
