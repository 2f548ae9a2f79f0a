import { isStale, type IntervalSettings } from './poll-interval.ts';
import type { TenantState } from './tenant-state.ts';
import { TICKS_PER_SECOND, type Ticks } from './ticks.ts';

type StateOfFreshness = Parameters<typeof isStale>[0] & Pick<TenantState, 'status' | 'isPaused' | 'failedPolls'>;

/**
 * Whether somebody has to be woken because of a stale tenant. A first read may take hours, and a tenant that waits for its
 * customer is shown to operators: neither is an alarm.
 */
export function isAlarminglyStale(state: StateOfFreshness, settings: IntervalSettings, now: Ticks): boolean {
  if (state.isPaused || state.status !== 'active') return false;
  const isFirstRead = state.completeThrough === undefined && state.failedPolls < FAILED_FIRST_READS;
  return !isFirstRead && isStale(state, settings, now);
}

/** A tenant is polled at every tick: as many failures as intervals make a tenant with data stale. */
const FAILED_FIRST_READS = 3;

/** How far behind the worst of some tenants is; 0 where none has data yet. */
export function worstLagSeconds(states: readonly Pick<TenantState, 'completeThrough'>[], now: Ticks): number {
  const points = states.map(({ completeThrough }) => completeThrough ?? now);
  const oldest = points.reduce((least, at) => (at < least ? at : least), now);
  return Number((now - oldest) / TICKS_PER_SECOND);
}
