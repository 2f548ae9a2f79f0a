import type { CollectSettings } from '../../shared/collect-settings.ts';
import { stateKey } from '../../shared/domain/row-keys.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import { newTenantState } from '../../shared/domain/tenant-state.ts';
import { readStateRow, toStateRow } from '../../shared/domain/tenant-state-row.ts';
import { msFromTicks, ticksFromMs, type Ticks } from '../../shared/domain/ticks.ts';
import { createChecker } from './checker.ts';
import { editIncident, scheduleHotIncident, seedTenant } from './churn.ts';
import { runTick, type Fleet } from './queue.ts';
import { createRandom, type Random } from './random.ts';
import { readAtRandom } from './sim-operator.ts';
import { createSourceTenant } from './sim-source.ts';
import { createTableState } from './sim-table.ts';
import { createVirtualTime } from './virtual-time.ts';
import { NO_FAULTS, note, report, type FaultRates, type SourceTraits, type World } from './world.ts';

export interface SeedResult {
  seed: number;
  violations: string[];
  steps: number;
  sourceChanges: number;
  workers: number;
  seen: ReadonlyMap<string, number>;
}

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const INTERVAL_MS = 300_000;
/** Ticks of quiet time after which everything has to be stored: claims of the dead end, gaps are tried again after an hour. */
const MAX_QUIET_TICKS = 30;

export const SETTINGS: CollectSettings = {
  initialLookbackDays: 30,
  overlapMinutes: 30,
  intervalSeconds: INTERVAL_MS / 1_000,
  quietIntervalMinutes: 5,
  callLimits: { perMinute: 45, perHour: 1_400 },
  callsPerRun: 40,
  reconcileDays: 7,
};

/** The first two share a partition, the third has its own. */
const TENANT_IDS = [
  '10000000-0000-4000-8000-000000000000',
  '2000002d-0000-4000-8000-000000000001',
  '30000000-0000-4000-8000-000000000002',
]
  .map(readTenantId)
  .filter((id) => id !== undefined);

/** One whole life of a small collector under everything that can go wrong, then quiet time, then the comparison with the truth. */
export async function runSeed(seed: number, storyteller?: (line: string) => void): Promise<SeedResult> {
  const random = createRandom(seed);
  const world = buildWorld(random);
  if (storyteller !== undefined) world.storyteller = storyteller;
  for (const tenant of world.tenants.values()) seedTenant(world, tenant);
  poison(world);
  const checker = createChecker(world);
  register(world);
  const fleet: Fleet = {
    world,
    observer: checker.observer,
    settings: { ...SETTINGS, callsPerRun: random.pick([25, 40, 100]) },
    workers: 1 + random.below(4),
    sliceSize: 1 + random.below(3),
  };
  const steps = (await live(fleet)) + (await settle(fleet));
  checker.checkEnd();
  return {
    seed,
    violations: world.violations,
    steps,
    sourceChanges: world.edits,
    workers: fleet.workers,
    seen: world.seen,
  };
}

function buildWorld(random: Random): World {
  const time = createVirtualTime(START_MS);
  const tenantIds = TENANT_IDS.slice(0, 1 + random.below(TENANT_IDS.length));
  const world: World = {
    time,
    random,
    table: createTableState(),
    tenants: new Map(tenantIds.map((tenantId) => [tenantId, createSourceTenant(tenantId, time.now)])),
    faults: pickFaults(random),
    traits: pickTraits(random),
    poisoned: new Set(),
    seen: new Map(),
    violations: [],
    edits: 0,
    machines: 0,
    isChanging: true,
    afterCall: (tenantId) => {
      if (!world.isChanging || !random.chance(0.1)) return;
      note(world, 'item moved while paging');
      editIncident(world, tenantId);
    },
  };
  return world;
}

function pickFaults(random: Random): FaultRates {
  const isHarsh = random.chance(0.7);
  const rate = (most: number): number => (isHarsh && random.chance(0.5) ? random.next() * most : 0);
  return {
    lostAnswer: rate(0.08),
    tableError: rate(0.05),
    tableStall: rate(0.01),
    sourceError: rate(0.1),
    throttled: rate(0.15),
    partial: rate(0.04),
    crash: rate(0.006),
    sleep: rate(0.004),
  };
}

function pickTraits(random: Random): SourceTraits {
  const maxTop = random.pick([20, 20, 50, 100]);
  return {
    order: random.chance(0.4) ? 'unordered' : 'newest-first',
    maxTop,
    // Pages that services clamp `$top` to.
    pageCap: maxTop > 20 && random.chance(0.2) ? maxTop / 2 : maxTop,
    hasLinks: random.chance(0.15),
    filterTicks: random.chance(0.05) ? 10_000n : 1n,
  };
}

/** In one seed of ten, one incident of each tenant makes every page unreadable that holds it, until the quiet time. */
function poison({ random, tenants, poisoned }: World): void {
  if (!random.chance(0.1)) return;
  for (const tenant of tenants.values())
    if (tenant.ids.length > 0) poisoned.add(`${tenant.tenantId}|${random.pick(tenant.ids)}`);
}

function register({ tenants, table }: World): void {
  for (const tenantId of tenants.keys()) {
    const properties = toStateRow(newTenantState(tenantId, 'defender', ticksFromMs(START_MS)));
    table.apply(shardOf(tenantId), [{ kind: 'insert', rowKey: stateKey(tenantId), properties }], START_MS, 'registry');
  }
}

/** Ticks with everything that can go wrong, while the source changes all the time. */
async function live(fleet: Fleet): Promise<number> {
  const { world } = fleet;
  const { random, time } = world;
  const ticks = 4 + random.below(7);
  const end = START_MS + ticks * INTERVAL_MS;
  const tenantIds = [...world.tenants.keys()];
  for (let edit = 60 + random.below(120); edit > 0; edit -= 1)
    time.at(START_MS + random.below(end - START_MS), () => {
      editIncident(world, random.pick(tenantIds));
    });
  for (const tenant of world.tenants.values()) if (random.chance(0.3)) scheduleHotIncident(world, tenant);
  for (let tick = 0; tick < ticks; tick += 1)
    time.at(START_MS + tick * INTERVAL_MS + random.below(2_000), () => void runTick(fleet));
  readAtRandom(world, end);
  const steps = await time.run(end);
  world.faults = NO_FAULTS;
  world.isChanging = false;
  world.poisoned.clear();
  return steps;
}

/** Quiet ticks until the state rows say that everything is read; that they ever do is an invariant too. */
async function settle(fleet: Fleet): Promise<number> {
  const { world } = fleet;
  const { time } = world;
  const lastVisibleMs = lastChangeMs(world);
  let steps = 0;
  let settledTicks = 0;
  for (let tick = 0; tick < MAX_QUIET_TICKS; tick += 1) {
    const tickAt = ticksFromMs(time.now());
    void runTick(fleet);
    const nextMs = Math.max(
      time.now() + INTERVAL_MS,
      Math.min(...[...world.tenants.keys()].map((id) => quietUntilMs(world, id))),
    );
    steps += await time.run(nextMs);
    const isQuiet = [...world.tenants.keys()].every((id) => isSettled(world, id, ticksFromMs(lastVisibleMs), tickAt));
    settledTicks += isQuiet ? 1 : 0;
    // The first may have ended a read that began long before; the second has read the overlap again.
    if (settledTicks === 2) return steps;
  }
  report(world, `nothing settles within ${MAX_QUIET_TICKS} quiet ticks`);
  return steps;
}

function lastChangeMs(world: World): number {
  let last = 0;
  for (const { versions } of world.tenants.values())
    for (const list of versions.values())
      for (const { visibleAtMs, updatedAt } of list) last = Math.max(last, visibleAtMs, msFromTicks(updatedAt));
  return last;
}

const stateOf = (world: World, tenantId: TenantId) =>
  readStateRow(world.table.get(shardOf(tenantId), stateKey(tenantId))?.properties ?? {});

/** Nothing happens before a gap is due again: that hour passes at once. */
function quietUntilMs(world: World, tenantId: TenantId): number {
  const { gaps, live: cycle, backfill } = stateOf(world, tenantId);
  return gaps.length === 0 || cycle !== undefined || backfill !== undefined
    ? 0
    : Math.min(...gaps.map(({ retryAt }) => msFromTicks(retryAt)));
}

function isSettled(world: World, tenantId: TenantId, lastVisible: Ticks, tickAt: Ticks): boolean {
  const { live: cycle, backfill, gaps, completeThrough, lastError, lastPolledAt } = stateOf(world, tenantId);
  if (lastPolledAt === undefined || lastPolledAt < tickAt) return false;
  const isRead = cycle === undefined && backfill === undefined && gaps.length === 0 && lastError === undefined;
  return isRead && completeThrough !== undefined && completeThrough > lastVisible;
}
