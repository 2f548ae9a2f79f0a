import type { SliceDeps } from '../../../shared/collection/collect-slice.ts';
import { dispatchCollection } from '../../../shared/collection/dispatch-collection.ts';
import { runSlice } from '../../../shared/collection/run-slice.ts';
import { MESSAGES_AT_ONCE } from '../../../shared/domain/collection/polls-at-once.ts';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../../shared/ports/telemetry.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { createRandom } from '../basics/random.ts';
import { registerTenant } from '../basics/register-tenant.ts';
import { createTableState, type TableState } from '../basics/sim-table.ts';
import { createVirtualTime, type VirtualTime } from '../basics/virtual-time.ts';
import { SETTINGS } from '../basics/sim-settings.ts';
import { createLoadQueues, type LoadQueues, type Worker } from './load-queues.ts';
import { createLoadSource, type Hostility, type LoadSource, type Storm } from './load-source.ts';
import { findProblems, INTERVAL_MS, measureLoad, START_MS, type LoadFigures } from './measure-load.ts';

export interface LoadOptions {
  tenants: number;
  ticks: number;
  /** Of the calls from the third tick on for 15 minutes. */
  stormShare?: number;
  /** The first tenants are so, and hold up whoever takes their messages. */
  hostile?: readonly Hostility[];
  /** So many of the tenants, 0 to 1, never get an answer, always have more to read, or get none in every other interval. */
  hangingShare?: number;
  catchingUpShare?: number;
  flappingShare?: number;
  /** How long a call takes that is answered; default: 100 to 200 ms. */
  answerMs?: number;
  /** Instances that the platform runs at most. */
  instances?: number;
}

export type LoadResult = LoadFigures & { problems: string[] };

const STORM_FROM_TICK = 2;
const STORM_TICKS = 3;
const STORAGE_MS = 5;
const RANDOM_SEED = 7;
const TENANT_CONCURRENCY = 8;
const DEFAULT_ANSWER_MS = 150;

/** Many quiet tenants over some ticks: the real dispatch and workers, as many at once as the platform runs. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { tenants, ticks, instances = 20, answerMs } = options;
  const time = createVirtualTime(START_MS);
  const random = createRandom(RANDOM_SEED);
  const tenantIds = Array.from({ length: tenants }, (_, number) => tenantNumber(number + 1));
  const hostile = chooseHostile(tenantIds, options);
  const storm = toStorm(options.stormShare);
  const load = createLoadSource({ time, random, storm, hostile, answerMs });
  const state = createTableState();
  for (const tenantId of tenantIds) registerTenant(state, tenantId, START_MS);
  const { queues, add, bugs } = createLoadQueues(time, instances, () =>
    createWorker(time, state, load, { random: random.next, queues: () => queues }),
  );
  const table = createLoadTable(time, state);
  for (let tick = 0; tick < ticks; tick += 1)
    time.at(START_MS + tick * INTERVAL_MS, () => {
      void dispatchCollection({
        table,
        queues,
        log: () => {},
        telemetry: NO_TELEMETRY,
        settings: {
          ...SETTINGS,
          sliceSize: 25,
          tenantConcurrency: TENANT_CONCURRENCY,
          longestIntervalSeconds: SETTINGS.intervalSeconds,
        },
      }).then(({ slices, slowSlices }) => {
        add('tenants', slices);
        add('slowTenants', slowSlices);
      });
    });
  const endMs = START_MS + ticks * INTERVAL_MS;
  await time.run(endMs);
  if (bugs.length > 0) throw bugs[0];
  const healthy = tenantIds.filter((id) => !hostile.has(id));
  // What the hostile tenants cost is their own: it is not among the calls that are counted.
  const figures = measureLoad(load, healthy, {
    endMs,
    storm,
    failing: tenantIds.filter((id) => hostile.get(id) === 'slow'),
    // A poll has a call and two requests to the storage.
    pollMs: (answerMs ?? DEFAULT_ANSWER_MS) + 2 * STORAGE_MS,
    pollsAtOnce: instances * MESSAGES_AT_ONCE * TENANT_CONCURRENCY,
  });
  return { ...figures, problems: findProblems(figures) };
}

/** The first ones by name, others by their share: every hundredth tenant is asked for its place in its hundred. */
function chooseHostile(
  tenantIds: readonly TenantId[],
  { hostile = [], hangingShare = 0, catchingUpShare = 0, flappingShare = 0 }: LoadOptions,
): Map<TenantId, Hostility> {
  const chosen = new Map<TenantId, Hostility>();
  tenantIds.forEach((tenantId, place) => {
    // Neighbours in the list are of different kinds: 37 and 100 have no common factor.
    const percentile = ((place * 37) % 100) / 100;
    const named = hostile[place];
    if (named !== undefined) chosen.set(tenantId, named);
    else if (percentile < hangingShare) chosen.set(tenantId, 'slow');
    else if (percentile < hangingShare + catchingUpShare) chosen.set(tenantId, 'huge');
    else if (percentile < hangingShare + catchingUpShare + flappingShare) chosen.set(tenantId, 'flapping');
  });
  return chosen;
}

function toStorm(share: number | undefined): Storm | undefined {
  if (share === undefined) return undefined;
  const fromMs = START_MS + STORM_FROM_TICK * INTERVAL_MS;
  return { fromMs, toMs: fromMs + STORM_TICKS * INTERVAL_MS, share };
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

interface WorkerParts {
  random(): number;
  queues(): LoadQueues['queues'];
}

function createWorker(time: VirtualTime, state: TableState, load: LoadSource, parts: WorkerParts): Worker {
  const collectDeps: SliceDeps = {
    table: createLoadTable(time, state),
    clock: { nowMs: time.now, monotonicMs: time.now, sleep: time.wait },
    log: () => {},
    telemetry: NO_TELEMETRY,
    sources: { defender: load.source, graph: undefined },
    // As shared/wiring/services.ts has it for the usual queue.
    settings: { ...SETTINGS, turnMs: 55_000 },
    repeats: createRepeatBudget(),
    random: parts.random,
    tenantConcurrency: TENANT_CONCURRENCY,
    sliceBudgetMs: 420_000,
  };
  return (message, from) => runSlice({ collectDeps, sliceQueues: parts.queues() }, message, { from, deliveries: 1 });
}
