import type { TenantId } from '../../shared/domain/tenant-id.ts';
import type { LoadSource, Storm } from './load-source.ts';
import { SETTINGS } from './run-seed.ts';

export const START_MS = Date.parse('2026-03-01T00:00:00Z');
export const INTERVAL_MS = SETTINGS.intervalSeconds * 1_000;

export interface LoadFigures {
  tenants: number;
  calls: number;
  /** Calls of an interval for each tenant that was read in it, in the interval where these are most. */
  amplification: number;
  earlyCalls: number;
  /** Longest time between two good answers of a tenant that is not hostile, in intervals. */
  longestPause: number;
  /**
   * From the end of the storm, and of the wait that the tenant was asked for in it, until every tenant had a good answer, in
   * intervals; `undefined` without a storm.
   */
  recovery: number | undefined;
}

/** The bounds that do not hold. */
export function findProblems({ amplification, earlyCalls, longestPause, recovery }: LoadFigures): string[] {
  return [
    ...(amplification > 1.2 ? [`${amplification} calls for each that is needed`] : []),
    ...(earlyCalls > 0 ? [`${earlyCalls} calls before the end of a wait`] : []),
    ...(longestPause > 2 ? [`a tenant was not read for ${longestPause} intervals`] : []),
    ...((recovery ?? 0) > 2 ? [`a tenant was not read until ${recovery} intervals after the storm`] : []),
  ];
}

/** What the load was like for these tenants. */
export function measureLoad(
  load: LoadSource,
  measured: readonly TenantId[],
  { endMs: end, storm }: { endMs: number; storm: Storm | undefined },
): LoadFigures {
  let [longest, recovered] = [0, 0];
  for (const tenantId of measured) {
    const moments = [START_MS, ...(load.answers.get(tenantId) ?? []), end];
    // Within the storm nobody can be answered: what counts is how soon it is over for everybody.
    const isCalm = (at: number): boolean => storm === undefined || at <= storm.fromMs || at > storm.toMs;
    moments.forEach((at, place) => {
      const before = moments[place - 1] ?? at;
      if (isCalm(at) && isCalm(before) && (storm === undefined || before > storm.toMs || at <= storm.fromMs))
        longest = Math.max(longest, at - before);
    });
    const over = Math.max(storm?.toMs ?? 0, load.closedUntil(tenantId));
    const first = storm === undefined ? 0 : (moments.find((at) => at > storm.toMs) ?? end) - over;
    recovered = Math.max(recovered, first);
  }
  return {
    tenants: measured.length,
    calls: measured.reduce((sum, tenantId) => sum + (load.calls.get(tenantId) ?? []).length, 0),
    amplification: Math.max(...countPerTenant(load, measured, end)),
    earlyCalls: load.earlyCalls(),
    longestPause: longest / INTERVAL_MS,
    recovery: storm === undefined ? undefined : recovered / INTERVAL_MS,
  };
}

/** Calls for each tenant that was called at all, interval by interval. */
function countPerTenant({ calls }: LoadSource, measured: readonly TenantId[], endMs: number): number[] {
  const ticks = (endMs - START_MS) / INTERVAL_MS;
  const made = Array.from({ length: ticks }, () => 0);
  const called = Array.from({ length: ticks }, () => 0);
  for (const tenantId of measured) {
    const intervals = (calls.get(tenantId) ?? []).map((at) => Math.floor((at - START_MS) / INTERVAL_MS));
    for (const interval of intervals) made[interval] = (made[interval] ?? 0) + 1;
    for (const interval of new Set(intervals)) called[interval] = (called[interval] ?? 0) + 1;
  }
  return made.map((count, interval) => count / Math.max(1, called[interval] ?? 0));
}
