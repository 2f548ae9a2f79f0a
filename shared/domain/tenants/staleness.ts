import type { TenantId } from '../values/tenant-id.ts';
import { TICKS_PER_DAY, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';
import { isStale, type IntervalSettings } from './poll-interval.ts';
import { isPollable, type TenantState } from './tenant-state.ts';

type StateOfFreshness = Parameters<typeof isStale>[0] &
  Pick<TenantState, 'status' | 'isPaused' | 'failedPolls' | 'lastError'>;

/**
 * Whether a tenant's data should be current: it is read, or should be and is refused, unreachable or not licensed. Not one that
 * an operator paused, that awaits approval, or whose first read, which may take hours, is in progress.
 */
export function shouldBeCurrent(state: StateOfFreshness): boolean {
  return isPollable(state) && !(state.completeThrough === undefined && isFirstRead(state));
}

/** A consent that was just given may be refused for a while; whatever else a first read fails with counts from its third time. */
function isFirstRead({ status, failedPolls, lastError }: StateOfFreshness): boolean {
  if (status === 'pending' && (lastError === undefined || lastError.blame === 'tenant')) return true;
  return (status === 'pending' || status === 'active') && failedPolls < FAILED_FIRST_READS;
}

/** Whether somebody has to be woken because of a stale tenant. */
export function isAlarminglyStale(state: StateOfFreshness, settings: IntervalSettings, now: Ticks): boolean {
  return shouldBeCurrent(state) && isStale(state, settings, now);
}

/** A tenant is polled at every tick: as many failures as intervals make a tenant with data stale. */
const FAILED_FIRST_READS = 3;

/** The customer's side, the app or Microsoft keeps us out of this tenant. */
export function isRefused({ status }: Pick<TenantState, 'status'>): boolean {
  return status === 'consent-missing' || status === 'not-licensed' || status === 'unreachable';
}

/** A gap is read again hourly for a day; after that an operator should ask Microsoft. */
export function hasLastingGap(state: Pick<TenantState, 'status' | 'isPaused' | 'gaps'>, now: Ticks): boolean {
  return isPollable(state) && state.gaps.some(({ since }) => now - since > TICKS_PER_DAY);
}

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
