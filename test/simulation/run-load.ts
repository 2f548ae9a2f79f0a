import { collectSlice, type SliceDeps } from '../../shared/collect-slice.ts';
import { dispatchCollection } from '../../shared/dispatch-collection.ts';
import { stateKey } from '../../shared/domain/row-keys.ts';
import { readSliceMessage, type SliceMessage } from '../../shared/domain/slice.ts';
import { shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import { newTenantState } from '../../shared/domain/tenant-state.ts';
import { toStateRow } from '../../shared/domain/tenant-state-row.ts';
import { ticksFromMs } from '../../shared/domain/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../shared/ports/telemetry.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { createLoadSource, type Hostility, type LoadSource, type Storm } from './load-source.ts';
import { createRandom } from './random.ts';
import { SETTINGS } from './run-seed.ts';
import { createTableState, type TableState } from './sim-table.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface LoadOptions {
  tenants: number;
  ticks: number;
  /** Of the calls from the third tick on for 15 minutes. */
  stormShare?: number;
  /** The first tenants are so, and hold up whoever takes their messages. */
  hostile?: readonly Hostility[];
  /** Instances that the platform runs at most. */
  instances?: number;
}

export interface LoadFigures {
  tenants: number;
  calls: number;
  /** Calls made / calls that the same ticks cost without a storm: one a tenant and tick. */
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

export type LoadResult = LoadFigures & { problems: string[] };

/** The bounds that do not hold. */
export function findProblems({ amplification, earlyCalls, longestPause, recovery }: LoadFigures): string[] {
  return [
    ...(amplification > 1.2 ? [`${amplification} calls for each that is needed`] : []),
    ...(earlyCalls > 0 ? [`${earlyCalls} calls before the end of a wait`] : []),
    ...(longestPause > 2 ? [`a tenant was not read for ${longestPause} intervals`] : []),
    ...((recovery ?? 0) > 2 ? [`a tenant was not read until ${recovery} intervals after the storm`] : []),
  ];
}

export const START_MS = Date.parse('2026-03-01T00:00:00Z');
const INTERVAL_MS = SETTINGS.intervalSeconds * 1_000;
const STORM_FROM_TICK = 2;
const STORM_TICKS = 3;
/** host.json: `batchSize` + `newBatchThreshold`. */
const MESSAGES_AT_ONCE = 5;
const STORAGE_MS = 5;
const RANDOM_SEED = 7;

/** Many quiet tenants over some ticks: the real dispatch and workers, as many at once as the platform runs. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const time = createVirtualTime(START_MS);
  const random = createRandom(RANDOM_SEED);
  const tenantIds = Array.from({ length: options.tenants }, (_, number) => tenantNumber(number + 1));
  const hostile = new Map(
    tenantIds.flatMap((id, place): [TenantId, Hostility][] => {
      const kind = options.hostile?.[place];
      return kind === undefined ? [] : [[id, kind]];
    }),
  );
  const storm = toStorm(options.stormShare);
  const load = createLoadSource({ time, random, storm, hostile });
  const state = createTableState();
  for (const tenantId of tenantIds) register(state, tenantId);
  const queue = createQueue(options.instances ?? 20, () => createWorker(time, state, load, random.next));
  const table = createLoadTable(time, state);
  for (let tick = 0; tick < options.ticks; tick += 1)
    time.at(START_MS + tick * INTERVAL_MS, () => {
      void dispatchCollection({
        table,
        log: () => {},
        telemetry: NO_TELEMETRY,
        settings: { ...SETTINGS, sliceSize: 25, longestIntervalSeconds: SETTINGS.intervalSeconds },
      }).then(({ slices }) => {
        queue.add(slices);
      });
    });
  await time.run(START_MS + options.ticks * INTERVAL_MS);
  if (queue.bugs.length > 0) throw queue.bugs[0];
  const others = tenantIds.filter((id) => !hostile.has(id));
  // What the hostile tenant costs is its own: it is not among the calls that are counted.
  const figures = measure(options, load, others, storm);
  return { ...figures, problems: findProblems(figures) };
}

function toStorm(share: number | undefined): Storm | undefined {
  if (share === undefined) return undefined;
  const fromMs = START_MS + STORM_FROM_TICK * INTERVAL_MS;
  return { fromMs, toMs: fromMs + STORM_TICKS * INTERVAL_MS, share };
}

function register(state: TableState, tenantId: TenantId): void {
  const tenant = { ...newTenantState(tenantId, 'defender', ticksFromMs(START_MS)), status: 'active' as const };
  state.apply(
    shardOf(tenantId),
    [{ kind: 'insert', rowKey: stateKey(tenantId), properties: toStateRow(tenant) }],
    START_MS,
  );
}

function createLoadTable(time: VirtualTime, state: TableState): Table {
  return {
    serviceTime: () => ticksFromMs(time.now()),
    get: async (partition, rowKey) => {
      await time.wait(STORAGE_MS);
      return state.get(partition, rowKey);
    },
    list: async (partition, { from, to }, { top = 1_000, next } = {}) => {
      await time.wait(STORAGE_MS);
      const rows = state.list(partition, next ?? from, to, top + 1);
      return { rows: rows.slice(0, top), next: rows[top]?.rowKey };
    },
    transact: async (partition, operations) => {
      await time.wait(STORAGE_MS);
      return state.apply(partition, operations, time.now());
    },
  };
}

type Worker = (message: SliceMessage) => Promise<SliceMessage[]>;

function createWorker(time: VirtualTime, state: TableState, load: LoadSource, random: () => number): Worker {
  const deps: SliceDeps = {
    table: createLoadTable(time, state),
    clock: { nowMs: time.now, monotonicMs: time.now, sleep: time.wait },
    log: () => {},
    telemetry: NO_TELEMETRY,
    sources: { defender: load.source, graph: undefined },
    settings: SETTINGS,
    random,
    tenantConcurrency: 8,
    sliceBudgetMs: 420_000,
  };
  return (message) => collectSlice(deps, readSliceMessage(message), 1);
}

/** One queue, and instances that each work on some messages at once. */
function createQueue(instances: number, createInstance: () => Worker) {
  const waiting: SliceMessage[] = [];
  const bugs: unknown[] = [];
  const pool = Array.from({ length: instances }, () => ({ work: createInstance(), running: 0 }));

  const add = (messages: readonly SliceMessage[]): void => {
    waiting.push(...messages);
    for (;;) {
      const free = pool.find(({ running }) => running < MESSAGES_AT_ONCE);
      const message = free === undefined ? undefined : waiting.shift();
      if (free === undefined || message === undefined) return;
      free.running += 1;
      void free
        .work(message)
        .catch((error: unknown) => {
          bugs.push(error);
          return [];
        })
        .then((rest) => {
          free.running -= 1;
          add(rest);
        });
    }
  };
  return { add, bugs };
}

function measure(
  { tenants, ticks }: LoadOptions,
  load: LoadSource,
  measured: readonly TenantId[],
  storm: Storm | undefined,
): LoadFigures {
  const end = START_MS + ticks * INTERVAL_MS;
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
    tenants,
    calls: load.calls(measured),
    amplification: load.calls(measured) / (measured.length * ticks),
    earlyCalls: load.earlyCalls(),
    longestPause: longest / INTERVAL_MS,
    recovery: storm === undefined ? undefined : recovered / INTERVAL_MS,
  };
}
