import { isStale, type IntervalSettings } from './poll-interval.ts';
import type { TenantId } from './tenant-id.ts';
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

export interface TenantLag {
  tenantId: TenantId;
  lagSeconds: number;
}

/** How far behind each tenant is; 0 where it has no data yet. */
export function listLags(
  states: readonly Pick<TenantState, 'tenantId' | 'completeThrough'>[],
  now: Ticks,
): TenantLag[] {
  return states.map(({ tenantId, completeThrough = now }) => ({
    tenantId,
    lagSeconds: Number(now > completeThrough ? (now - completeThrough) / TICKS_PER_SECOND : 0n),
  }));
}

export function worstLagSeconds(lags: readonly TenantLag[]): number {
  return lags.reduce((worst, { lagSeconds }) => (lagSeconds > worst ? lagSeconds : worst), 0);
}
