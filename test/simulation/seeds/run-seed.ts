import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { newTenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { toStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { readTenantId, shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { createTableState } from '../basics/sim-table.ts';
import { createVirtualTime } from '../basics/virtual-time.ts';
import { createChecker, type Checker } from '../checks/checker.ts';
import { editIncident, seedTenant } from '../life/churn.ts';
import { scheduleSwitches } from '../life/graph-operator.ts';
import { live } from '../life/live.ts';
import { pickTrouble } from '../life/pick-trouble.ts';
import type { Fleet } from '../life/queue.ts';
import { seedTrouble } from '../life/seed-trouble.ts';
import { settle } from '../life/settle.ts';
import { createFollower, type Follower } from '../life/sim-follower.ts';
import { SETTINGS } from '../basics/sim-settings.ts';
import { liveBeside } from '../sides/side-lives.ts';
import { describeGraph, pickGraph, type LifeKind } from '../source/graph-world.ts';
import { createSourceTenant } from '../source/sim-source.ts';
import { describeTrouble } from '../source/trouble.ts';
import { note, tell, type FaultRates, type SourceTraits, type World } from '../source/world.ts';

export interface SeedResult {
  seed: number;
  violations: string[];
  steps: number;
  sourceChanges: number;
  workers: number;
  seen: ReadonlyMap<string, number>;
}

const START_MS = Date.parse('2026-03-01T00:00:00Z');

/** The first two share a partition, the third has its own. */
const TENANT_IDS = [
  '10000000-0000-4000-8000-000000000000',
  '2000002d-0000-4000-8000-000000000001',
  '30000000-0000-4000-8000-000000000002',
]
  .map(readTenantId)
  .filter((id) => id !== undefined);

/** One whole life of a small collector under everything that can go wrong, then quiet time, then the comparison with the truth. */
export async function runSeed(
  seed: number,
  storyteller?: (line: string) => void,
  kind?: LifeKind,
): Promise<SeedResult> {
  const random = createRandom(seed);
  const world = buildWorld(seed, random, kind);
  if (storyteller !== undefined) world.storyteller = storyteller;
  for (const tenant of world.tenants.values()) seedTenant(world, tenant);
  seedTrouble(world, isPoisoned(world));
  tell(
    world,
    () =>
      `${describeGraph(world.graph)}; trouble: ${describeTrouble(world.trouble)}; ${JSON.stringify({ ...world.traits, filterTicks: undefined })}`,
  );
  const checker = createChecker(world);
  register(world);
  if (world.graph !== undefined) scheduleSwitches(world, world.graph);
  const life = { fleet: buildFleet(world, checker), follower: pickFollower(world), isLong: random.chance(0.25) };
  world.callsPerRun = life.fleet.settings.callsPerRun;
  const steps = (await live(life)) + (await settle(life));
  checker.checkEnd();
  for (const ledger of checker.ledgers.values()) life.follower?.check(ledger);
  const beside = await liveBeside(seed);
  for (const event of beside.seen) note(world, event);
  return {
    seed,
    violations: [...world.violations, ...beside.violations],
    steps,
    sourceChanges: world.edits,
    workers: life.fleet.workers,
    seen: world.seen,
  };
}

function buildFleet(world: World, { observer }: Checker): Fleet {
  const { random } = world;
  return {
    world,
    observer,
    settings: { ...SETTINGS, callsPerRun: random.pick([25, 40, 100]), reconcileDays: 1 + random.below(4) },
    workers: 1 + random.below(4),
    sliceSize: 1 + random.below(3),
  };
}

/** In some seeds somebody follows the changes of a tenant that stays. */
function pickFollower(world: World): Follower | undefined {
  const staying = [...world.tenants.keys()].filter((tenantId) => tenantId !== world.erasedTenant);
  return world.random.chance(0.3) ? createFollower(world, world.random.pick(staying)) : undefined;
}

function buildWorld(seed: number, random: Random, kind: LifeKind | undefined): World {
  const time = createVirtualTime(START_MS);
  const tenantIds = TENANT_IDS.slice(0, random.pick([1, 1, 2, 2, 2, 3]));
  const faults = pickFaults(random);
  const traits = pickTraits(random);
  const graph = pickGraph(seed, START_MS, { maxTop: traits.maxTop, tenantIds }, kind);
  const world: World = {
    time,
    random,
    table: createTableState(),
    tenants: new Map(tenantIds.map((tenantId) => [tenantId, createSourceTenant(tenantId, time.now)])),
    faults,
    traits,
    trouble: pickTrouble(seed, START_MS, traits, tenantIds),
    ...(graph !== undefined && { graph }),
    disturbed: new Set(),
    nextTurns: new Set(),
    callsPerRun: SETTINGS.callsPerRun,
    seen: new Map(),
    violations: [],
    edits: 0,
    machines: 0,
    isChanging: true,
    ...pickStewards(random, tenantIds),
    afterCall: (tenantId) => {
      if (!world.isChanging || world.edits >= MOST_EDITS || !random.chance(world.traits.restlessness)) return;
      note(world, 'item moved while paging');
      editIncident(world, tenantId);
    },
  };
  return world;
}

/** Longer than the second reading reaches: what it lists is stored anew otherwise, and expires again. */
/** A source that changes at every call can change faster than it is read; where nobody polls for hours, that would not end. */
const MOST_EDITS = 2_000;

const RETENTION_DAYS = 12;

/** In some seeds old incidents are deleted, and in some one of several tenants is erased. */
function pickStewards(random: Random, tenantIds: readonly TenantId[]): Pick<World, 'retentionDays' | 'erasedTenant'> {
  const erasedTenant = tenantIds.length > 1 && random.chance(0.15) ? random.pick(tenantIds) : undefined;
  return {
    ...(random.chance(0.12) && { retentionDays: RETENTION_DAYS }),
    ...(erasedTenant !== undefined && { erasedTenant }),
  };
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
  const maxTop = random.pick([12, 12, 20, 20, 50]);
  return {
    order: random.chance(0.4) ? 'unordered' : 'newest-first',
    maxTop,
    // Pages that services clamp `$top` to.
    pageCap: maxTop > 20 && random.chance(0.2) ? maxTop / 2 : maxTop,
    slowestMs: random.pick([200, 200, 200, 5_000]),
    restlessness: random.pick([0.05, 0.1, 0.1, 0.7]),
    hasLinks: random.chance(0.25),
    filterTicks: random.chance(0.15) ? 10_000n : 1n,
  };
}

/** In one seed of ten, one incident of each tenant cannot be read. */
function isPoisoned({ random, tenants }: World): boolean {
  if (!random.chance(0.1)) return false;
  // One number each, as other draws follow.
  for (const tenant of tenants.values()) if (tenant.ids.length > 0) random.next();
  return true;
}

function register({ tenants, table, graph }: World): void {
  for (const tenantId of tenants.keys()) {
    const properties = toStateRow(newTenantState(tenantId, graph?.startsOn ?? 'defender', ticksFromMs(START_MS)));
    table.apply(shardOf(tenantId), [{ kind: 'insert', rowKey: stateKey(tenantId), properties }], START_MS, 'registry');
  }
}
