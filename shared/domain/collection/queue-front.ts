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

/** A message that nobody can read holds up nobody: it goes its way to the poison queue. */
function tickOf(message: unknown): Ticks | undefined {
  try {
    return readSliceMessage(message).tick;
  } catch {
    return undefined;
  }
}

/**
 * The claim's message still waits for a worker, or was taken so lately that the worker may still be at it. `fronts` are those
 * that the tick before saw: whoever had been taken then has been worked on for an interval.
 */
export function isClaimWaiting(
  { busyUntil, claimedTick, isClaimedAsSlow }: Pick<TenantState, 'busyUntil' | 'claimedTick' | 'isClaimedAsSlow'>,
  fronts: QueueFronts | undefined,
): boolean {
  if (busyUntil === 0n || fronts === undefined) return false;
  return claimedTick >= (isClaimedAsSlow ? fronts.slowTenants : fronts.tenants);
}
