import { describe, expect, test } from '@jest/globals';
import { collectTenant } from '../../shared/collect-tenant.ts';
import { stateKey } from '../../shared/domain/row-keys.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import { newTenantState } from '../../shared/domain/tenant-state.ts';
import { toStateRow } from '../../shared/domain/tenant-state-row.ts';
import { ticksFromMs } from '../../shared/domain/ticks.ts';
import { createRepeatBudget } from '../../shared/domain/repeat-budget.ts';
import { createChecker, type Checker } from './checker.ts';
import { createRandom } from './random.ts';
import { SETTINGS } from './run-seed.ts';
import { createSimSource } from './sim-reader.ts';
import { createSourceTenant, type SourceTenant } from './sim-source.ts';
import { createSimClock, createSimTable } from './sim-table-port.ts';
import { createTableState } from './sim-table.ts';
import { createVirtualTime } from './virtual-time.ts';
import { NO_FAULTS, type Machine, type World } from './world.ts';

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const HOUR_MS = 3_600_000;

function readTenant(): TenantId {
  const tenantId = readTenantId('10000000-0000-4000-8000-000000000000');
  if (tenantId === undefined) throw new Error('The tenant id of this test is no GUID');
  return tenantId;
}

const TENANT_ID = readTenant();
const INCIDENTS = 5;

/** The same in all runs, as nothing changes in it: mapping it anew each time would take most of a run. */
const TENANT = buildTenant();

/**
 * Five incidents, one of them with more alerts than a transaction holds: several transactions and a change of generation. The
 * source compares milliseconds and dates in ticks, so that a cut that no answer has tested hides incidents.
 */
function buildTenant(): SourceTenant {
  const tenant = createSourceTenant(TENANT_ID, () => START_MS);
  for (let index = 0; index < INCIDENTS; index += 1) {
    const updatedAt = ticksFromMs(START_MS - (index + 1) * HOUR_MS) + 1_234n;
    tenant.add({
      incidentId: String(1_000 + index),
      order: index + 1,
      createdAt: updatedAt,
      updatedAt,
      visibleAtMs: 0,
      status: index % 3 === 0 ? 'Resolved' : 'Active',
      severity: 'High',
      redirectIncidentId: null,
      alerts: Array.from({ length: index === 3 ? 105 : 1 }, (_, alert) => ({ alertId: `a${alert}`, title: 't' })),
    });
  }
  return tenant;
}

function buildWorld(maxTop: number): World {
  const time = createVirtualTime(START_MS);
  const table = createTableState();
  const state = newTenantState(TENANT_ID, 'defender', ticksFromMs(START_MS));
  table.apply(
    shardOf(TENANT_ID),
    [{ kind: 'insert', rowKey: stateKey(TENANT_ID), properties: toStateRow(state) }],
    START_MS,
  );
  return {
    time,
    random: createRandom(1),
    table,
    tenants: new Map([[TENANT_ID, TENANT]]),
    faults: NO_FAULTS,
    traits: { order: 'newest-first', maxTop, pageCap: maxTop, slowestMs: 200, hasLinks: false, filterTicks: 10_000n },
    poisoned: new Set(),
    seen: new Map(),
    violations: [],
    edits: INCIDENTS,
    machines: 0,
    isChanging: false,
    afterCall: () => undefined,
  };
}

interface Killing {
  world: World;
  checker: Checker;
}

function startKilling(maxTop: number): Killing {
  const world = buildWorld(maxTop);
  return { world, checker: createChecker(world) };
}

/** One poll by a machine that dies after so many waits; `undefined`: it lives. */
function startPoll({ world, checker }: Killing, waits: number | undefined): Machine {
  world.machines += 1;
  const machine: Machine = { name: `m${world.machines}`, clockSkewMs: 0, isDead: false };
  if (waits !== undefined) machine.waitsLeft = waits;
  const table = createSimTable(world, machine);
  const clock = createSimClock(world, machine);
  const poll = async (): Promise<void> => {
    await table.get(shardOf(TENANT_ID), stateKey(TENANT_ID));
    await collectTenant(
      {
        table,
        clock,
        log: () => undefined,
        sources: { defender: createSimSource(world, machine, checker.observer), graph: undefined },
        settings: SETTINGS,
        repeats: createRepeatBudget(),
        random: () => 0.5,
      },
      {
        tenantId: TENANT_ID,
        tick: table.serviceTime(),
        deadlineMs: clock.monotonicMs() + 240_000,
        isContinuation: false,
      },
    );
  };
  void poll().catch((error: unknown) => {
    world.violations.push(`bug: ${String(error)}`);
  });
  return machine;
}

/** Polls an hour apart, the first ones killed after the given waits, the last ones left alone; answers what is wrong then. */
async function runKilled(
  maxTop: number,
  kills: readonly number[],
): Promise<{ violations: string[]; wereKilled: boolean[] }> {
  const killing = startKilling(maxTop);
  const { world, checker } = killing;
  const wereKilled: boolean[] = [];
  for (const waits of [...kills, undefined, undefined]) {
    const machine = startPoll(killing, waits);
    await world.time.run(world.time.now() + HOUR_MS);
    if (waits !== undefined) wereKilled.push(machine.isDead);
  }
  checker.checkEnd();
  return { violations: world.violations, wereKilled };
}

async function countWaits(maxTop: number): Promise<number> {
  const killing = startKilling(maxTop);
  const machine = startPoll(killing, Number.MAX_SAFE_INTEGER);
  const { world } = killing;
  await world.time.run(world.time.now() + HOUR_MS);
  expect(world.violations).toEqual([]);
  return Number.MAX_SAFE_INTEGER - (machine.waitsLeft ?? 0);
}

/** Full pages: splits and a backfill. */
const SMALL_PAGES = 4;
/** All in one answer, stored in several transactions. */
const ONE_PAGE = 20;

describe('collectTenant() killed', () => {
  test.each([
    { shape: 'of full pages', maxTop: SMALL_PAGES },
    { shape: 'of one page that takes several transactions', maxTop: ONE_PAGE },
  ])(
    'at any of its waits leaves a read $shape in a state from which the next poll completes',
    async ({ maxTop }) => {
      const waits = await countWaits(maxTop);
      expect(waits).toBeGreaterThan(20);
      for (let at = 0; at < waits; at += 1) {
        const { violations, wereKilled } = await runKilled(maxTop, [at]);
        expect({ at, violations, wereKilled }).toEqual({ at, violations: [], wereKilled: [true] });
      }
    },
    120_000,
  );

  test('at any of its waits, and the next poll at any of its own, does so too', async () => {
    const waits = await countWaits(SMALL_PAGES);
    let pairs = 0;
    for (let at = 0; at < waits; at += 1) {
      let isSecondKilled = true;
      for (let next = 0; isSecondKilled; next += 1) {
        const { violations, wereKilled } = await runKilled(SMALL_PAGES, [at, next]);
        expect({ at, next, violations }).toEqual({ at, next, violations: [] });
        isSecondKilled = wereKilled[1] === true;
        pairs += isSecondKilled ? 1 : 0;
      }
    }
    expect(pairs).toBeGreaterThan((waits * waits) / 2);
  }, 300_000);
});
