import type { ReadWindow } from '../reading/read-cycle.ts';
import { maxTicks, minTicks, TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';
import { isReadingAnew } from './move-to-source.ts';
import type { TenantState } from './tenant-state.ts';

export type CycleSlot = 'live' | 'backfill' | 'reconcile' | 'gap';

/**
 * The state after a window was read and stored. What a window proves ends with the window, and never later than what was
 * visible when it was read; no point ever moves backwards.
 */
export function reachWindow(state: TenantState, slot: CycleSlot, window: ReadWindow, visibleUntil: Ticks): TenantState {
  const proven = window.to === undefined ? visibleUntil : minTicks(window.to, visibleUntil);
  if (slot === 'gap') return state;
  if (slot === 'reconcile')
    return reachAgain(state, window, minTicks(proven, (state.reconcile?.currentAt ?? visibleUntil) - TICKS_PER_DAY));
  if (slot === 'backfill') return { ...state, completeThrough: maxTicks(state.completeThrough ?? 0n, proven) };
  return joinFront({ ...state, frontThrough: maxTicks(state.frontThrough ?? 0n, proven) });
}

/**
 * Without a backfill the whole is complete as far as the front. While the front is being read again that is only as far as the
 * cursor: its answers may have shown behind it what an earlier reading, which the front's point is of, was too early for.
 */
function joinFront(state: TenantState): TenantState {
  const { backfill, frontThrough, completeThrough, live } = state;
  if (backfill !== undefined || frontThrough === undefined) return state;
  const joined = live === undefined ? frontThrough : minTicks(frontThrough, live.cursor);
  return { ...state, completeThrough: maxTicks(completeThrough ?? 0n, joined) };
}

/**
 * Read again: only what was a day old by then counts, as the second reading is there for what becomes visible late. One that
 * takes hours is no newer than its first window: the end of a window that was too young would be passed over by the next.
 */
function reachAgain(state: TenantState, { from }: ReadWindow, proven: Ticks): TenantState {
  if (proven <= from) return state;
  return { ...state, reconciledThrough: maxTicks(state.reconciledThrough ?? 0n, proven) };
}

/** A cycle has reached its end. Where the backfill meets the front, both are complete up to the same point once no front is under way. */
export function endCycle(state: TenantState, slot: CycleSlot): TenantState {
  if (slot === 'live')
    return joinFront({ ...state, live: undefined, frontCurrentAt: state.live?.currentAt ?? state.frontCurrentAt });
  if (slot === 'gap') return state;
  if (slot === 'reconcile') return endMove({ ...state, reconcile: undefined });
  return joinFront(endMove({ ...state, backfill: undefined }));
}

/** The new source has told all that the old one had. */
function endMove(state: TenantState): TenantState {
  return isReadingAnew(state) && state.reconcile === undefined ? { ...state, move: undefined } : state;
}
