import { RUN_PARTITION } from '../domain/collection/credential-report.ts';
import { findFleetRefusal } from '../domain/collection/fleet-refusal.ts';
import { readQueueFront, type QueueFronts } from '../domain/collection/queue-front.ts';
import { readTickFronts, TICK_KEY } from '../domain/collection/run-status.ts';
import {
  judgeSource,
  readSourceStateRow,
  SOURCE_STATE_KEY,
  wouldGoBlind,
  type SourceState,
} from '../domain/collection/source-state.ts';
import { toSliceMessage, toSlices, type Slice, type SliceMessage } from '../domain/collection/slice.ts';
import { toPurgeMessage, type PurgeMessage } from '../domain/removal/purge-message.ts';
import {
  hasLastingGap,
  isAlarminglyStale,
  isRefused,
  listLags,
  worstLagSeconds,
  type TenantLag,
} from '../domain/tenants/staleness.ts';
import { isPollable, type TenantState } from '../domain/tenants/tenant-state.ts';
import { TICKS_PER_SECOND, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { SourceChoice } from '../domain/incidents/incident.ts';
import type { Log } from '../ports/log.ts';
import type { PeekableQueue } from '../ports/message-queue.ts';
import type { Table } from '../ports/table.ts';
import type { Span, Telemetry } from '../ports/telemetry.ts';
import { recordSourceState, recordTick } from '../storing/record-run.ts';
import { traced } from '../storing/traced.ts';
import type { ClaimSettings } from './claim-batch.ts';
import { claimDueTenants } from './claim-tenants.ts';

export interface DispatchDeps {
  table: Table;
  /** Where the messages of earlier ticks wait. */
  queues: Record<keyof QueueFronts, Pick<PeekableQueue, 'peek'>>;
  log: Log;
  telemetry: Telemetry;
  /** A schedule that rests at night has long gaps; only after three of the longest is a tenant stale. */
  settings: ClaimSettings & {
    sliceSize: number;
    tenantConcurrency: number;
    longestIntervalSeconds: number;
    /** `INCIDENT_SOURCE`. */
    defaultSource: SourceChoice;
  };
}

export interface TickMessages {
  slices: SliceMessage[];
  /** Messages of tenants whose last poll failed: no other tenant waits behind them. */
  slowSlices: SliceMessage[];
  purges: PurgeMessage[];
}

/**
 * One tick: claims the tenants that are due and returns the messages that send workers to them. If a tick dies before its
 * messages are sent, the next one repeats it once the claims have expired. `caller` is the platform's `traceparent`.
 */
export async function dispatchCollection(deps: DispatchDeps, caller?: string): Promise<TickMessages> {
  return traced(deps.telemetry.start('tick', { parent: caller }), (span) => claimAndSlice(deps, span));
}

async function claimAndSlice(deps: DispatchDeps, span: Span): Promise<TickMessages> {
  const { table, log, telemetry, settings } = deps;
  // The first response sets the service's clock, the only one by which claims and due times are compared.
  const [before, stored] = await Promise.all([
    table.get(RUN_PARTITION, TICK_KEY),
    table.get(RUN_PARTITION, SOURCE_STATE_KEY),
  ]);
  const tick = table.serviceTime();
  const fronts = { tenants: await lookAt(deps, 'tenants', tick), slowTenants: await lookAt(deps, 'slowTenants', tick) };
  const polledOnes: TenantState[] = [];
  let failedShards = 0;
  const observer = {
    seen: (state: TenantState) => {
      if (isPollable(state)) polledOnes.push(state);
    },
    failed: () => (failedShards += 1),
  };
  const tenants = await claimDueTenants(table, settings, tick, observer, before && readTickFronts(before.properties));
  const purges = tenants.filter(({ isPurging }) => isPurging).map(({ tenantId }) => toPurgeMessage(tenantId));
  const polled = tenants.filter(({ isPurging }) => !isPurging);
  const [usual, slow] = [polled.filter(({ isSlow }) => !isSlow), polled.filter(({ isSlow }) => isSlow)];
  const slices = toSlices(tick, usual, settings.sliceSize);
  // All of such a message at once: then it takes no longer than the slowest of them.
  const slowSlices = toSlices(tick, slow, Math.min(settings.sliceSize, settings.tenantConcurrency));
  await recordTick({ table, log }, { tick, dueTenants: polled.length, fronts });
  const sourceState = await judgeAndRecord(deps, polledOnes, readSourceStateRow(stored?.properties), tick);
  const lags = listLags(
    polledOnes.filter(({ completeThrough }) => completeThrough !== undefined),
    tick,
  );
  const line = {
    dueTenants: polled.length,
    slices: slices.length + slowSlices.length,
    slowTenants: slow.length,
    purges: purges.length,
    ...describeFreshness(polledOnes, lags, { settings, tick }),
    fleetRefused: tellFleetRefusal(log, polledOnes),
    failedShards,
  };
  log('info', 'tick', {
    ...line,
    defenderStage: sourceState.stage,
    wouldGoBlind: polledOnes.filter((state) => wouldGoBlind(state, settings.defaultSource)).length,
  });
  span.set(line);
  telemetry.recordLags(lags);
  const traceparent = span.traceparent();
  const stage = sourceState.stage === 'alive' ? undefined : sourceState.stage;
  const toMessages = (all: readonly Slice[]): SliceMessage[] =>
    all.map((slice) => toSliceMessage({ ...slice, stage, traceparent }));
  return { slices: toMessages(slices), slowSlices: toMessages(slowSlices), purges };
}

/** How far a queue's workers have come. When it cannot be seen, a claim counts as lost once it has run out, as if nothing waited. */
async function lookAt({ queues, log }: DispatchDeps, queue: keyof QueueFronts, tick: Ticks): Promise<Ticks> {
  try {
    return readQueueFront(await queues[queue].peek(), tick);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log('warn', 'queue_not_seen', { queue, code: error.code });
    return tick;
  }
}

/** The input of the alerts on tenants: the claims read every tenant anyway. */
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
    /** Something of them could not be read for more than a day. */
    lastingGapTenants: states.filter((state) => hasLastingGap(state, tick)).length,
    refusedTenants: refused.length,
    /** Were read before, and have been refused since the tick before. */
    leftActive: left.length,
    worstLagSeconds: worstLagSeconds(lags),
  };
}

/** One sentence for all of them, at each tick while it lasts. Returns their number. */
function tellFleetRefusal(log: Log, states: readonly TenantState[]): number {
  const refusal = findFleetRefusal(states);
  if (refusal === undefined) return 0;
  const { code, refused, known, message } = refusal;
  log('error', 'fleet_refused', { code, refused, known, reason: message });
  return refused;
}

/** The conclusion about the Defender API from all tenants, recorded and logged when it changes. */
async function judgeAndRecord(
  { table, log, settings }: DispatchDeps,
  states: readonly TenantState[],
  before: SourceState,
  now: Ticks,
): Promise<SourceState> {
  const interval = BigInt(settings.longestIntervalSeconds) * TICKS_PER_SECOND;
  const sourceState = judgeSource(states, before, { now, interval, setting: settings.defaultSource });
  if (sourceState.stage === before.stage) return sourceState;
  const { stage, message } = sourceState;
  log(stage === 'alive' ? 'info' : 'error', 'defender_stage', { stage, before: before.stage, reason: message });
  await recordSourceState({ table, log }, sourceState);
  return sourceState;
}
