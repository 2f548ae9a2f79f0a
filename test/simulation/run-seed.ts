import { claimDueTenants } from '../../shared/claim-tenants.ts';
import { collectSlice, type SliceDeps } from '../../shared/collect-slice.ts';
import type { CollectSettings } from '../../shared/collect-settings.ts';
import { stateKey } from '../../shared/domain/row-keys.ts';
import { toSlices, type Slice } from '../../shared/domain/slice.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import { newTenantState } from '../../shared/domain/tenant-state.ts';
import { toStateRow } from '../../shared/domain/tenant-state-row.ts';
import { ticksFromMs } from '../../shared/domain/ticks.ts';
import { createChecker } from './checker.ts';
import { editIncident, seedTenant } from './churn.ts';
import { createRandom, type Random } from './random.ts';
import {
  createSimClock,
  createSimSource,
  createSimTable,
  NO_FAULTS,
  note,
  type Machine,
  type World,
} from './sim-ports.ts';
import { createSourceTenant } from './sim-source.ts';
import { createTableState } from './sim-table.ts';
import { createVirtualTime } from './virtual-time.ts';

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
const QUIET_TICKS = 12;

export const SETTINGS: CollectSettings = {
  initialLookbackDays: 30,
  overlapMinutes: 30,
  intervalSeconds: INTERVAL_MS / 1_000,
  quietIntervalMinutes: 5,
  callLimits: { perMinute: 45, perHour: 1_400 },
  callsPerRun: 40,
  reconcileDays: 7,
};

/** One whole life of a small collector under everything that can go wrong, then quiet time, then the comparison with the truth. */
export async function runSeed(seed: number, tellLine?: (line: string) => void): Promise<SeedResult> {
  const random = createRandom(seed);
  const world = buildWorld(random, tellLine);
  const checker = createChecker(world);
  const tenantIds = [...world.tenants.keys()].map(readTenantId).filter((id) => id !== undefined);
  register(world, tenantIds);
  const ticks = 6 + random.below(10);
  const machines = 1 + random.below(4);
  const hasPoison = poison(world, random);
  // A gap is tried again after an hour.
  const quietTicks = hasPoison ? 2 * QUIET_TICKS + 4 : QUIET_TICKS;
  const end = START_MS + (ticks + quietTicks) * INTERVAL_MS;
  scheduleEdits(world, random, START_MS + ticks * INTERVAL_MS);
  world.time.at(START_MS + ticks * INTERVAL_MS, () => {
    world.faults = NO_FAULTS;
    world.isChanging = false;
    world.poisoned.clear();
  });
  for (let tick = 0; tick < ticks + quietTicks; tick += 1)
    world.time.at(START_MS + tick * INTERVAL_MS + random.below(2_000), () => {
      runTick(world, random, machines);
    });
  const steps = await world.time.run(end + INTERVAL_MS);
  checker.checkEnd();
  return {
    seed,
    violations: checker.violations,
    steps,
    sourceChanges: world.seen.get('edit') ?? 0,
    workers: machines,
    seen: world.seen,
  };
}

function buildWorld(random: Random, tellLine: ((line: string) => void) | undefined): World {
  const time = createVirtualTime(START_MS);
  const isHarsh = random.chance(0.7);
  const rate = (most: number): number => (isHarsh && random.chance(0.5) ? random.next() * most : 0);
  const world: World = {
    time,
    random,
    table: createTableState(),
    tenants: new Map(),
    faults: {
      lostAnswer: rate(0.08),
      tableError: rate(0.05),
      tableStall: rate(0.01),
      sourceError: rate(0.1),
      throttled: rate(0.15),
      crash: rate(0.004),
    },
    order: random.chance(0.4) ? 'unordered' : 'newest-first',
    maxTop: random.chance(0.1) ? 50 : 100,
    poisoned: new Set(),
    seen: new Map(),
    calls: [],
    edits: 0,
    isChanging: true,
    tell: (line) => tellLine?.(`${new Date(time.now()).toISOString()} ${line}`),
    afterCall: (tenantId) => {
      if (!world.isChanging || !random.chance(0.15)) return;
      note(world, 'item moved while paging');
      editIncident(world, tenantId, random);
    },
  };
  const count = 1 + random.below(3);
  for (let index = 0; index < count; index += 1) {
    const tenant = createSourceTenant(`${index + 1}0000000-0000-4000-8000-00000000000${index}`);
    world.tenants.set(tenant.tenantId, tenant);
    seedTenant(world, tenant, random);
  }
  if (world.order === 'unordered') note(world, 'unordered page');
  if (world.maxTop < 100) note(world, 'page size clamped');
  return world;
}

/** In one seed of ten, one incident of each tenant makes every page unreadable that holds it, until the quiet time. */
function poison(world: World, random: Random): boolean {
  if (!random.chance(0.1)) return false;
  for (const tenant of world.tenants.values()) {
    const ids = [...tenant.versions.keys()];
    if (ids.length > 0) world.poisoned.add(`${tenant.tenantId}|${random.pick(ids)}`);
  }
  return world.poisoned.size > 0;
}

function register(world: World, tenantIds: readonly TenantId[]): void {
  for (const tenantId of tenantIds) {
    const properties = toStateRow(newTenantState(tenantId, 'defender', ticksFromMs(START_MS)));
    world.table.apply(shardOf(tenantId), [{ kind: 'insert', rowKey: stateKey(tenantId), properties }], START_MS);
  }
}

function scheduleEdits(world: World, random: Random, until: number): void {
  const tenantIds = [...world.tenants.keys()];
  const count = 200 + random.below(100);
  for (let index = 0; index < count; index += 1)
    world.time.at(START_MS + random.below(until - START_MS), () => {
      editIncident(world, random.pick(tenantIds), random);
    });
}

function newMachine(random: Random): Machine {
  return { name: `w${random.below(900) + 100}`, clockSkewMs: random.below(1_200_001) - 600_000, isDead: false };
}

/** Dispatch on one machine, then each message to workers: late, twice, or out of order. */
function runTick(world: World, random: Random, machines: number): void {
  const dispatcher = newMachine(random);
  const table = createSimTable(world, dispatcher);
  void (async () => {
    await table.list('0', { from: 'S!', to: 'S"' }, { top: 1 });
    const tick = table.serviceTime();
    const claimed = await claimDueTenants(table, { ...SETTINGS }, tick);
    for (const slice of toSlices(tick, claimed, 1 + random.below(3))) deliver(world, random, machines, slice, 1);
  })().catch((error: unknown) => {
    note(world, `dispatch failed: ${error instanceof Error ? error.name : 'unknown'}`);
  });
}

const MAX_DELIVERIES = 4;

function deliver(world: World, random: Random, machines: number, slice: Slice, delivery: number): void {
  const delayMs = random.chance(0.2) ? random.below(120_000) : random.below(2_000);
  world.time.at(world.time.now() + delayMs, () => {
    void work(world, random, machines, slice, delivery);
  });
  if (delivery < MAX_DELIVERIES && machines > 1 && random.chance(0.15)) {
    note(world, 'duplicate message');
    deliver(world, random, machines, slice, delivery + 1);
  }
}

async function work(world: World, random: Random, machines: number, slice: Slice, delivery: number): Promise<void> {
  const machine = newMachine(random);
  const clock = createSimClock(world, machine);
  const deps: SliceDeps = {
    table: createSimTable(world, machine),
    clock,
    log: (_level, message, fields) => {
      note(world, message);
      if (message === 'slice' && Number(fields?.['taken'] ?? 0) > 0) note(world, 'zombie write refused');
    },
    sources: { defender: createSimSource(world, machine), graph: undefined },
    settings: SETTINGS,
    random: random.next,
    tenantConcurrency: 2,
    sliceBudgetMs: 240_000,
  };
  try {
    const rest = await collectSlice(deps, slice, 1);
    for (const { tenants } of rest)
      deliver(
        world,
        random,
        machines,
        { ...slice, tenantIds: tenants.map(readTenantId).filter((id) => id !== undefined) },
        delivery,
      );
  } catch (error) {
    world.violations?.push(`bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
