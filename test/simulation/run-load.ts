import { collectSlice, type SliceDeps } from '../../shared/collect-slice.ts';
import { dispatchCollection } from '../../shared/dispatch-collection.ts';
import { stateKey } from '../../shared/domain/row-keys.ts';
import { readSliceMessage, type SliceMessage } from '../../shared/domain/slice.ts';
import { shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import { newTenantState } from '../../shared/domain/tenant-state.ts';
import { toStateRow } from '../../shared/domain/tenant-state-row.ts';
import { ticksFromMs } from '../../shared/domain/ticks.ts';
import { createRepeatBudget } from '../../shared/domain/repeat-budget.ts';
import type { Table } from '../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../shared/ports/telemetry.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { createLoadSource, type Hostility, type LoadSource, type Storm } from './load-source.ts';
import { findProblems, INTERVAL_MS, measureLoad, START_MS, type LoadFigures } from './measure-load.ts';
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

export type LoadResult = LoadFigures & { problems: string[] };

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
  const figures = measureLoad(load, others, { endMs: START_MS + options.ticks * INTERVAL_MS, storm });
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
    repeats: createRepeatBudget(),
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
