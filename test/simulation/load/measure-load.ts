import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { SETTINGS } from '../basics/sim-settings.ts';
import type { LoadSource, Storm } from './load-source.ts';

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
  /** The same for the tenant in the middle. */
  medianPause: number;
  /** There is less capacity than all healthy tenants need in an interval: then the delay is to be shared. */
  isOverloaded: boolean;
  /** Good answers of all healthy tenants, for each that there was capacity for. */
  usedCapacity: number;
  /** Longest time without a call for a tenant whose calls hang, in hours. */
  longestUntriedHours: number;
  /**
   * From the end of the storm, and of the wait that the tenant was asked for in it, until every tenant had a good answer, in
   * intervals; `undefined` without a storm.
   */
  recovery: number | undefined;
}

const MOST_PAUSE = 2;
const MOST_UNFAIRNESS = 1.5;
/** Those that hang take some of it until they are known. */
const LEAST_USE = 0.5;

/** The bounds that do not hold. */
export function findProblems(figures: LoadFigures): string[] {
  const {
    amplification,
    earlyCalls,
    longestPause,
    medianPause,
    isOverloaded,
    usedCapacity,
    longestUntriedHours,
    recovery,
  } = figures;
  const isLate = !isOverloaded && longestPause > MOST_PAUSE;
  const isUnfair = isOverloaded && longestPause > MOST_UNFAIRNESS * medianPause;
  return [
    ...(amplification > 1.2 ? [`${amplification} calls for each that is needed`] : []),
    ...(earlyCalls > 0 ? [`${earlyCalls} calls before the end of a wait`] : []),
    ...(isLate ? [`a healthy tenant was not read for ${longestPause} intervals`] : []),
    ...(isUnfair
      ? [`a healthy tenant was not read for ${longestPause} intervals, half of them for ${medianPause}`]
      : []),
    // Where nobody is read, the delay is shared too.
    ...(isOverloaded && usedCapacity < LEAST_USE
      ? [`only ${usedCapacity} of the capacity went to healthy tenants`]
      : []),
    ...(longestUntriedHours > 1 ? [`a hanging tenant was not tried for ${longestUntriedHours} hours`] : []),
    ...((recovery ?? 0) > 2 ? [`a tenant was not read until ${recovery} intervals after the storm`] : []),
  ];
}

export interface Measured {
  endMs: number;
  storm: Storm | undefined;
  /** Tenants that are only tried. */
  failing: readonly TenantId[];
  /** What a poll takes, and how many there can be at once. */
  pollMs: number;
  pollsAtOnce: number;
}

/** What the load was like for these tenants. */
export function measureLoad(
  load: LoadSource,
  measured: readonly TenantId[],
  { endMs: end, storm, failing, pollMs, pollsAtOnce }: Measured,
): LoadFigures {
  let recovered = 0;
  const pauses: number[] = [];
  for (const tenantId of measured) {
    let longest = 0;
    const moments = [START_MS, ...(load.answers.get(tenantId) ?? []), end];
    // Within the storm nobody can be answered: what counts is how soon it is over for everybody.
    const isCalm = (at: number): boolean => storm === undefined || at <= storm.fromMs || at > storm.toMs;
    moments.forEach((at, place) => {
      const before = moments[place - 1] ?? at;
      if (isCalm(at) && isCalm(before) && (storm === undefined || before > storm.toMs || at <= storm.fromMs))
        longest = Math.max(longest, at - before);
    });
    pauses.push(longest);
    const over = Math.max(storm?.toMs ?? 0, load.closedUntil(tenantId));
    const first = storm === undefined ? 0 : (moments.find((at) => at > storm.toMs) ?? end) - over;
    recovered = Math.max(recovered, first);
  }
  pauses.sort((one, other) => one - other);
  const needed = (measured.length * pollMs) / pollsAtOnce;
  const answers = measured.reduce((sum, tenantId) => sum + (load.answers.get(tenantId) ?? []).length, 0);
  return {
    tenants: measured.length,
    calls: measured.reduce((sum, tenantId) => sum + (load.calls.get(tenantId) ?? []).length, 0),
    amplification: Math.max(...countPerTenant(load, measured, end)),
    earlyCalls: load.earlyCalls(),
    longestPause: (pauses.at(-1) ?? 0) / INTERVAL_MS,
    medianPause: (pauses[pauses.length >> 1] ?? 0) / INTERVAL_MS,
    isOverloaded: needed > INTERVAL_MS,
    usedCapacity: (answers * pollMs) / (pollsAtOnce * (end - START_MS)),
    longestUntriedHours: longestUntried(load, failing, end) / 3_600_000,
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

function longestUntried({ calls }: LoadSource, failing: readonly TenantId[], endMs: number): number {
  let longest = 0;
  for (const tenantId of failing) {
    const moments = [START_MS, ...(calls.get(tenantId) ?? []), endMs];
    moments.forEach((at, place) => {
      longest = Math.max(longest, at - (moments[place - 1] ?? at));
    });
  }
  return longest;
}
