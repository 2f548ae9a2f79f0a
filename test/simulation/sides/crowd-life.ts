import type { SliceDeps } from '../../../shared/collection/collect-slice.ts';
import { dispatchCollection } from '../../../shared/collection/dispatch-collection.ts';
import { runSlice } from '../../../shared/collection/run-slice.ts';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';
import { AppError } from '../../../shared/errors.ts';
import type { IncidentSource } from '../../../shared/ports/incident-source.ts';
import type { LineFields } from '../../../shared/ports/log.ts';
import { NO_TELEMETRY } from '../../../shared/ports/telemetry.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { registerTenant } from '../basics/register-tenant.ts';
import { createTableState, type TableState } from '../basics/sim-table.ts';
import { createVirtualTime, type VirtualTime } from '../basics/virtual-time.ts';
import { SETTINGS } from '../basics/sim-settings.ts';
import { createLoadQueues, type LoadQueues, type Worker } from '../load/load-queues.ts';
import { createLoadSource } from '../load/load-source.ts';
import { checkCrowd, type CrowdRecord } from './check-crowd.ts';
import { describePlan, LOST_FROM_TICK, pickPlan, TICKS, type Loss } from './crowd-plan.ts';
import { openCrowdTable, openFaultyTable } from './crowd-table.ts';

export interface SideLife {
  violations: string[];
  seen: ReadonlySet<string>;
}

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const INTERVAL_MS = SETTINGS.intervalSeconds * 1_000;
/** One small instance: what stands in the way shows with few tenants. */
const MESSAGES_AT_ONCE = 1;
const TENANT_CONCURRENCY = 2;
const SLICE_SIZE = 4;
/** A page of the list of state rows: each is a batch of claims. */
const ROWS_OF_PAGE = 3;

/** An hour of many quiet tenants and some that hang, fail or have no end, under the real dispatch and workers. */
export async function liveInCrowd(seed: number): Promise<SideLife> {
  const random = createRandom(Math.imul(seed, 0xc2b2ae35) ^ 0x27d4eb2f);
  const plan = pickPlan(random);
  const time = createVirtualTime(START_MS);
  const state = createTableState();
  for (const tenantId of plan.tenantIds) registerTenant(state, tenantId, START_MS);
  const load = createLoadSource({ time, random, storm: undefined, hostile: plan.hostile, answerMs: plan.answerMs });
  const record: CrowdRecord = {
    startMs: START_MS,
    intervalMs: INTERVAL_MS,
    lines: [],
    slicesMs: [],
    notHandedOut: 0,
    answers: load.answers,
    calls: load.calls,
  };
  const source = plan.loss === undefined ? load.source : loseEverybody(load.source, time, plan.loss);
  const { queues, add, bugs } = createLoadQueues(
    time,
    1,
    () => createWorker({ time, state, source, random, record, queues: () => queues }),
    MESSAGES_AT_ONCE,
  );
  const seen = new Set<string>(describePlan(plan));
  for (let tick = 0; tick < TICKS; tick += 1)
    time.at(START_MS + tick * INTERVAL_MS, () => {
      void runTick().catch((error: unknown) => {
        if (!(error instanceof AppError)) bugs.push(error);
      });
    });
  await time.run(START_MS + TICKS * INTERVAL_MS);
  const violations = checkCrowd(plan, record);
  for (const bug of bugs) violations.push(`bug: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}`);
  return { violations, seen };

  async function runTick(): Promise<void> {
    const plain = openCrowdTable(time, state, ROWS_OF_PAGE);
    const watched = openFaultyTable(plain, random, plan.faults ?? { lostAnswer: 0, lostPartition: 0 });
    const handed = new Set<string>();
    try {
      const { slices, slowSlices } = await dispatchCollection({
        table: watched.table,
        queues,
        log: (_level, message, fields) => {
          if (message === 'tick') record.lines.push({ atMs: time.now(), fields: fields ?? {} });
        },
        telemetry: NO_TELEMETRY,
        settings: {
          ...SETTINGS,
          sliceSize: SLICE_SIZE,
          tenantConcurrency: TENANT_CONCURRENCY,
          longestIntervalSeconds: SETTINGS.intervalSeconds,
        },
      });
      for (const { tenants } of [...slices, ...slowSlices]) for (const tenantId of tenants) handed.add(tenantId);
      add('tenants', slices);
      add('slowTenants', slowSlices);
    } finally {
      for (const event of watched.seen) seen.add(event);
      record.notHandedOut += [...watched.claimed.keys()].filter((tenantId) => !handed.has(tenantId)).length;
    }
  }
}

/** From some tick on nobody is read any more. */
function loseEverybody(source: IncidentSource, time: VirtualTime, loss: Loss): IncidentSource {
  const lostFromMs = START_MS + LOST_FROM_TICK * INTERVAL_MS;
  return {
    open: async (tenantId) => {
      const reader = await source.open(tenantId);
      return {
        ...reader,
        list: async (query) => {
          if (time.now() < lostFromMs) return reader.list(query);
          await time.wait(loss === 'hanging' ? 29_000 : 100);
          if (loss === 'refused') throw new AppError('forbidden', 'Refused', { action: 'Ask', status: 403 });
          throw new AppError('source-unavailable', 'Try later');
        },
      };
    },
  };
}

interface WorkerParts {
  time: VirtualTime;
  state: TableState;
  source: IncidentSource;
  random: Random;
  record: { slicesMs: number[]; lines: { atMs: number; fields: LineFields }[] };
  queues(): LoadQueues['queues'];
}

function createWorker({ time, state, source, random, record, queues }: WorkerParts): Worker {
  const collectDeps: SliceDeps = {
    table: openCrowdTable(time, state),
    clock: { nowMs: time.now, monotonicMs: time.now, sleep: time.wait },
    log: () => {},
    telemetry: NO_TELEMETRY,
    sources: { defender: source, graph: undefined },
    // As shared/wiring/services.ts has it for the usual queue.
    settings: { ...SETTINGS, turnMs: 55_000 },
    repeats: createRepeatBudget(),
    random: random.next,
    tenantConcurrency: TENANT_CONCURRENCY,
    sliceBudgetMs: 420_000,
  };
  return async (message, from) => {
    const begunMs = time.now();
    await runSlice({ collectDeps, sliceQueues: queues() }, message, { from, deliveries: 1 });
    record.slicesMs.push(time.now() - begunMs);
  };
}
