import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { LineFields } from '../../../shared/ports/log.ts';
import { LOST_FROM_TICK, TICKS, type CrowdPlan } from './crowd-plan.ts';

/** What was seen of one crowd. */
export interface CrowdRecord {
  startMs: number;
  intervalMs: number;
  /** The lines that the alerts read. */
  lines: { atMs: number; fields: LineFields }[];
  /** How long each message took a worker. */
  slicesMs: number[];
  /** Claims for which a tick sent no worker. */
  notHandedOut: number;
  /** Moments of good answers and of all calls. */
  answers: ReadonlyMap<TenantId, readonly number[]>;
  calls: ReadonlyMap<TenantId, readonly number[]>;
}

/** `functionTimeout` of host.json, but for a minute. */
const MOST_MS_OF_SLICE = 540_000;
/** By then everybody who hangs has been met once among the others. */
const KNOWN_FROM_TICK = 4;
const MOST_PAUSE = 2;
const HOUR_MS = 3_600_000;
/** As docs/operations.md has it: a refusal of everybody is told within 10 minutes, everything else within 25. */
const TOLD_WITHIN_TICKS = { refused: 3, down: 6, hanging: 6 } as const;

/** Freshness, alarms, claims and time limits of one crowd: what does not hold. */
export function checkCrowd(plan: CrowdPlan, record: CrowdRecord): string[] {
  return [
    ...(record.notHandedOut > 0 ? [`${record.notHandedOut} claims were not handed out`] : []),
    ...checkSlices(record),
    ...(plan.faults === undefined ? checkFreshness(plan, record) : []),
    ...checkAlarms(plan, record),
  ];
}

function checkSlices({ slicesMs }: CrowdRecord): string[] {
  const longest = slicesMs.reduce((most, ms) => Math.max(most, ms), 0);
  return longest > MOST_MS_OF_SLICE ? [`a message took its worker ${Math.round(longest / 1_000)} s`] : [];
}

function checkFreshness(plan: CrowdPlan, record: CrowdRecord): string[] {
  const { tenantIds, loss } = plan;
  const { startMs, intervalMs, calls } = record;
  const endMs = startMs + (loss === undefined ? TICKS : LOST_FROM_TICK) * intervalMs;
  const longest = longestPauseOfHealthy(plan, record, KNOWN_FROM_TICK);
  const untried = Math.max(0, ...tenantIds.map((id) => longestPause(calls.get(id) ?? [], startMs, endMs)));
  return [
    ...(longest > MOST_PAUSE * intervalMs
      ? [`a healthy tenant was not read for ${(longest / intervalMs).toFixed(1)} intervals`]
      : []),
    ...(untried > HOUR_MS ? [`a tenant was not tried for ${(untried / HOUR_MS).toFixed(1)} hours`] : []),
  ];
}

/** In ms, from this tick to when everybody is lost. */
function longestPauseOfHealthy(
  { tenantIds, hostile, loss }: CrowdPlan,
  { startMs, intervalMs, answers }: CrowdRecord,
  fromTick: number,
): number {
  const fromMs = startMs + fromTick * intervalMs;
  const endMs = startMs + (loss === undefined ? TICKS : LOST_FROM_TICK) * intervalMs;
  const healthy = tenantIds.filter((id) => !hostile.has(id));
  return Math.max(0, ...healthy.map((id) => longestPause(answers.get(id) ?? [], fromMs, endMs)));
}

function longestPause(moments: readonly number[], fromMs: number, endMs: number): number {
  const inside = [fromMs, ...moments.filter((at) => at > fromMs && at < endMs), endMs];
  return inside.reduce((longest, at, place) => Math.max(longest, at - (inside[place - 1] ?? at)), 0);
}

function checkAlarms(plan: CrowdPlan, record: CrowdRecord): string[] {
  const { hostile, loss } = plan;
  const { lines, startMs, intervalMs } = record;
  const between = (fromTick: number, toTick: number): LineFields[] =>
    lines
      .filter(({ atMs }) => atMs >= startMs + fromTick * intervalMs && atMs < startMs + toTick * intervalMs)
      .map(({ fields }) => fields);
  const isAlarm = ({ staleTenants, fleetRefused }: LineFields): boolean =>
    Number(staleTenants) > 0 || Number(fleetRefused) > 0;
  if (loss === undefined) {
    // Where claims fail, chance may leave out the same customer tick after tick, and an alarm says so rightly.
    const areAllRead = hostile.size === 0 && longestPauseOfHealthy(plan, record, 0) <= MOST_PAUSE * intervalMs;
    return areAllRead && between(0, TICKS).some(isAlarm) ? ['an alarm although everybody is read'] : [];
  }
  const told = between(LOST_FROM_TICK, LOST_FROM_TICK + TOLD_WITHIN_TICKS[loss]);
  const isTold = loss === 'refused' ? told.some(({ fleetRefused }) => Number(fleetRefused) > 0) : told.some(isAlarm);
  return isTold ? [] : [`everybody is ${loss}, and nobody is told`];
}
