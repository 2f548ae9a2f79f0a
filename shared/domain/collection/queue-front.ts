import type { TenantState } from '../tenants/tenant-state.ts';
import type { Ticks } from '../values/ticks.ts';
import { readSliceMessage } from './slice.ts';

/** For each queue of slices: every message with an older tick had been taken by a worker when a tick looked. */
export interface QueueFronts {
  tenants: Ticks;
  slowTenants: Ticks;
}

/**
 * How far the workers have come in one queue whose first messages are these: to the oldest tick among them (a queue keeps its
 * order only nearly), or to `now` when nothing waits.
 */
export function readQueueFront(first: readonly unknown[], now: Ticks): Ticks {
  const ticks = first.map(tickOf).filter((tick) => tick !== undefined);
  return ticks.reduce((oldest, tick) => (tick < oldest ? tick : oldest), now);
}

/** An unreadable message delays no other: it goes to the poison queue. */
function tickOf(message: unknown): Ticks | undefined {
  try {
    return readSliceMessage(message).tick;
  } catch {
    return undefined;
  }
}

/**
 * The claim's message still waits for a worker, or was taken so recently that the worker may still be active. `fronts` are
 * those that the previous tick saw: a message that was taken by then has been worked on for an interval.
 */
export function isClaimWaiting(
  { busyUntil, claimedTick, isClaimedAsSlow }: Pick<TenantState, 'busyUntil' | 'claimedTick' | 'isClaimedAsSlow'>,
  fronts: QueueFronts | undefined,
): boolean {
  if (busyUntil === 0n || fronts === undefined) return false;
  return claimedTick >= (isClaimedAsSlow ? fronts.slowTenants : fronts.tenants);
}
