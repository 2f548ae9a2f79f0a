import { claimDueTenants, type ClaimSettings } from './claim-tenants.ts';
import { toPurgeMessage, type PurgeMessage } from './domain/purge-message.ts';
import { toSliceMessage, toSlices, type SliceMessage } from './domain/slice.ts';
import { allStates } from './domain/row-keys.ts';
import { findFleetRefusal } from './domain/fleet-refusal.ts';
import { isAlarminglyStale, isRefused, listLags, worstLagSeconds, type TenantLag } from './domain/staleness.ts';
import { SHARDS } from './domain/tenant-id.ts';
import { isPollable, type TenantState } from './domain/tenant-state.ts';
import { TICKS_PER_SECOND, type Ticks } from './domain/ticks.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';
import type { Span, Telemetry } from './ports/telemetry.ts';
import { recordTick } from './record-run.ts';
import { traced } from './traced.ts';

export interface DispatchDeps {
  table: Table;
  log: Log;
  telemetry: Telemetry;
  /** A schedule that rests at night has long gaps; only after three of the longest is a tenant stale. */
  settings: ClaimSettings & { sliceSize: number; longestIntervalSeconds: number };
}

export interface TickMessages {
  slices: SliceMessage[];
  purges: PurgeMessage[];
}

/**
 * One tick: claims the tenants that are due and answers the messages that send workers to them. A tick that dies before its
 * messages are sent is repeated by the next one, once the claims have run out. `caller` is the platform's `traceparent`.
 */
export async function dispatchCollection(deps: DispatchDeps, caller?: string): Promise<TickMessages> {
  return traced(deps.telemetry.start('tick', { parent: caller }), (span) => claimAndSlice(deps, span));
}

async function claimAndSlice({ table, log, telemetry, settings }: DispatchDeps, span: Span): Promise<TickMessages> {
  // The first answer sets the service's clock, which is the only one that claims and due times are compared on.
  await table.list(SHARDS[0] ?? '0', allStates, { top: 1, select: ['tenantId'] });
  const tick = table.serviceTime();
  const polledOnes: TenantState[] = [];
  let failedShards = 0;
  const tenants = await claimDueTenants(table, settings, tick, {
    seen: (state) => {
      if (isPollable(state)) polledOnes.push(state);
    },
    failed: () => (failedShards += 1),
  });
  const purges = tenants.filter(({ isPurging }) => isPurging).map(({ tenantId }) => toPurgeMessage(tenantId));
  const polled = tenants.filter(({ isPurging }) => !isPurging);
  const slices = toSlices(tick, polled, settings.sliceSize);
  await recordTick({ table, log }, tick, polled.length);
  const lags = listLags(
    polledOnes.filter(({ completeThrough }) => completeThrough !== undefined),
    tick,
  );
  const line = {
    dueTenants: polled.length,
    slices: slices.length,
    purges: purges.length,
    ...describeFreshness(polledOnes, lags, { settings, tick }),
    fleetRefused: tellFleetRefusal(log, polledOnes),
    failedShards,
  };
  log('info', 'tick', line);
  span.set(line);
  telemetry.recordLags(lags);
  const traceparent = span.traceparent();
  return { slices: slices.map((slice) => toSliceMessage({ ...slice, traceparent })), purges };
}

/** What the alerts on tenants look at: whoever claims sees every tenant anyway. */
function describeFreshness(
  states: readonly TenantState[],
  lags: readonly TenantLag[],
  { settings, tick }: { settings: DispatchDeps['settings']; tick: Ticks },
) {
  const longest = { ...settings, intervalSeconds: settings.longestIntervalSeconds };
  const lastTick = tick - BigInt(settings.longestIntervalSeconds) * TICKS_PER_SECOND;
  const refused = states.filter(isRefused);
  const left = refused.filter(
    ({ completeThrough, statusSince }) => completeThrough !== undefined && statusSince > lastTick,
  );
  return {
    activeTenants: states.filter(({ status }) => status === 'active').length,
    staleTenants: states.filter((state) => isAlarminglyStale(state, longest, tick)).length,
    refusedTenants: refused.length,
    /** Were read before, and have been refused since the tick before. */
    leftActive: left.length,
    worstLagSeconds: worstLagSeconds(lags),
  };
}

/** One sentence for all of them, at each tick while it lasts. Answers how many they are. */
function tellFleetRefusal(log: Log, states: readonly TenantState[]): number {
  const refusal = findFleetRefusal(states);
  if (refusal === undefined) return 0;
  const { code, refused, known, message } = refusal;
  log('error', 'fleet_refused', { code, refused, known, reason: message });
  return refused;
}
