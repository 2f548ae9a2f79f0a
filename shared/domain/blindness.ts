import { isStale, type IntervalSettings } from './poll-interval.ts';
import type { TenantState } from './tenant-state.ts';
import type { Ticks } from './ticks.ts';

/** The last stretch of time in which a tenant's data was not to be relied on, although it may be complete again. */
export interface BlindPeriod {
  /** The data was complete up to then; if it never was, when the tenant got its status. */
  since: Ticks;
  until: Ticks;
  code: string;
}

/** What a poll that reaches its source writes down before it reads: after it nothing else would tell that the tenant was blind. */
export function noteBlindness(state: TenantState, settings: IntervalSettings, now: Ticks): BlindPeriod | undefined {
  const { completeThrough, statusSince, status, lastError, lastBlind } = state;
  if (!isStale(state, settings, now)) return lastBlind;
  const since = completeThrough ?? statusSince;
  // A long catch-up takes many polls: all of them are one period.
  if (lastBlind !== undefined && since <= lastBlind.until) return { ...lastBlind, until: now };
  return { since, until: now, code: lastError?.code ?? (status === 'active' ? 'stale' : status) };
}
