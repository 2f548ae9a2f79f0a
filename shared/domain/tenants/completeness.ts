import type { ReadWindow } from '../reading/read-cycle.ts';
import { maxTicks, minTicks, TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';
import { isReadingAnew } from './move-to-source.ts';
import type { TenantState } from './tenant-state.ts';

export type CycleSlot = 'live' | 'backfill' | 'reconcile' | 'gap';

/**
 * The state after a window was read and stored. A window proves completeness up to its end, and never later than what was
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
 * Without a backfill everything is complete as far as the head. While the head is read again that is only as far as the cursor:
 * its responses may have shown versions behind it that an earlier read, the origin of the head's point, was too early for.
 */
function joinFront(state: TenantState): TenantState {
  const { backfill, frontThrough, completeThrough, live } = state;
  if (backfill !== undefined || frontThrough === undefined) return state;
  const joined = live === undefined ? frontThrough : minTicks(frontThrough, live.cursor);
  return { ...state, completeThrough: maxTicks(completeThrough ?? 0n, joined) };
}

/**
 * Read again: only what was a day old by then counts, as the reconciliation finds what becomes visible late. One that takes
 * hours is no newer than its first window: the next one would skip the end of a window that was too young.
 */
function reachAgain(state: TenantState, { from }: ReadWindow, proven: Ticks): TenantState {
  if (proven <= from) return state;
  return { ...state, reconciledThrough: maxTicks(state.reconciledThrough ?? 0n, proven) };
}

/**
 * A cycle has reached its end. When the backfill meets the head, both are complete up to the same point once no head is being
 * read.
 */
export function endCycle(state: TenantState, slot: CycleSlot): TenantState {
  if (slot === 'live')
    return joinFront({ ...state, live: undefined, frontCurrentAt: state.live?.currentAt ?? state.frontCurrentAt });
  if (slot === 'gap') return state;
  if (slot === 'reconcile') return endMove({ ...state, reconcile: undefined });
  return joinFront(endMove({ ...state, backfill: undefined }));
}

/** The new source has returned everything that the old one had. */
function endMove(state: TenantState): TenantState {
  return isReadingAnew(state) && state.reconcile === undefined ? { ...state, move: undefined } : state;
}
