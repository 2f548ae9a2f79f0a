import type { Ticks } from '../values/ticks.ts';
import { isStale, type IntervalSettings } from './poll-interval.ts';
import type { BlindPeriod, TenantState } from './tenant-state.ts';

/**
 * Recorded by a poll that reaches its source, before it reads: afterwards nothing else would show that the tenant was blind.
 */
export function noteBlindness(state: TenantState, settings: IntervalSettings, now: Ticks): BlindPeriod | undefined {
  const { completeThrough, statusSince, status, lastError, lastBlind } = state;
  if (!isStale(state, settings, now)) return lastBlind;
  const since = completeThrough ?? statusSince;
  // A long catch-up takes many polls: all of them are one period.
  if (lastBlind !== undefined && since <= lastBlind.until) return { ...lastBlind, until: now };
  return { since, until: now, code: lastError?.code ?? (status === 'active' ? 'stale' : status) };
}
