import { maxTicks, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';
import type { TenantState } from './tenant-state.ts';

export interface IntervalSettings {
  intervalSeconds: number;
  quietIntervalMinutes: number;
}

/** How often this tenant is polled: a tenant without a change for 24 h may be polled less often. */
export function pollInterval(
  state: Pick<TenantState, 'lastChangeAt' | 'lastPolledAt' | 'backfill'>,
  settings: IntervalSettings,
): Ticks {
  const regular = BigInt(settings.intervalSeconds) * TICKS_PER_SECOND;
  const quiet = BigInt(settings.quietIntervalMinutes) * TICKS_PER_MINUTE;
  const { lastChangeAt, lastPolledAt, backfill } = state;
  const isQuiet =
    backfill === undefined &&
    lastPolledAt !== undefined &&
    lastChangeAt !== undefined &&
    lastPolledAt - lastChangeAt > 24n * TICKS_PER_HOUR;
  // 5 minutes is the setting's "off".
  return isQuiet && settings.quietIntervalMinutes > 5 ? maxTicks(regular, quiet) : regular;
}

/**
 * A tenant is claimed this much before it is due: a timer that fires a little early must not cost it a whole interval. A wait
 * that the source asked for is extended by it, so that no call is made before its end.
 */
export const claimTolerance = (interval: Ticks): Ticks => interval / 2n;

/** A tenant is stale when it was never read whole or its lag is above three of its intervals, and never under 15 minutes: for health, board and alerts alike. */
export function isStale(
  state: Pick<TenantState, 'completeThrough' | 'lastChangeAt' | 'lastPolledAt' | 'backfill'>,
  settings: IntervalSettings,
  now: Ticks,
): boolean {
  const { completeThrough } = state;
  return completeThrough === undefined || now - completeThrough > staleAfter(pollInterval(state, settings));
}

function staleAfter(interval: Ticks): Ticks {
  return maxTicks(3n * interval, 15n * TICKS_PER_MINUTE);
}
