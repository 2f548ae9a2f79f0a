import { describe, expect, test } from '@jest/globals';
import { collectTenant } from '../../shared/collect-tenant.ts';
import { stateKey } from '../../shared/domain/row-keys.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import { newTenantState } from '../../shared/domain/tenant-state.ts';
import { toStateRow } from '../../shared/domain/tenant-state-row.ts';
import { ticksFromMs } from '../../shared/domain/ticks.ts';
import { createChecker, type Checker } from './checker.ts';
import { createRandom } from './random.ts';
import { SETTINGS } from './run-seed.ts';
import { createSimSource } from './sim-reader.ts';
import { createSourceTenant } from './sim-source.ts';
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

/** 22 incidents in pages of 20, one of them with more alerts than a transaction holds: splits, a backfill and a change of generation. */
function buildWorld(): World {
  const time = createVirtualTime(START_MS);
  const tenant = createSourceTenant(TENANT_ID, time.now);
  for (let index = 0; index < 22; index += 1) {
    const updatedAt = ticksFromMs(START_MS - (index + 1) * HOUR_MS);
    tenant.add({
      incidentId: String(1_000 + index),
      order: index + 1,
      createdAt: updatedAt,
      updatedAt,
      visibleAtMs: 0,
      status: index % 3 === 0 ? 'Resolved' : 'Active',
      severity: 'High',
      redirectIncidentId: null,
      alerts: Array.from({ length: index === 15 ? 105 : 1 }, (_, alert) => ({ alertId: `a${alert}`, title: 't' })),
    });
  }
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
    tenants: new Map([[TENANT_ID, tenant]]),
    faults: NO_FAULTS,
    traits: { order: 'newest-first', maxTop: 20, pageCap: 20, hasLinks: false, filterTicks: 1n },
    poisoned: new Set(),
    seen: new Map(),
    violations: [],
    edits: 22,
    machines: 0,
    isChanging: false,
    afterCall: () => undefined,
  };
}

interface Killing {
  world: World;
  checker: Checker;
}

function startKilling(): Killing {
  const world = buildWorld();
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
async function runKilled(kills: readonly number[]): Promise<{ violations: string[]; wereKilled: boolean[] }> {
  const killing = startKilling();
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

async function countWaits(): Promise<number> {
  const killing = startKilling();
  const machine = startPoll(killing, Number.MAX_SAFE_INTEGER);
  const { world } = killing;
  await world.time.run(world.time.now() + HOUR_MS);
  expect(world.violations).toEqual([]);
  return Number.MAX_SAFE_INTEGER - (machine.waitsLeft ?? 0);
}

describe('collectTenant() killed', () => {
  test('at any of its waits leaves a state from which the next poll completes', async () => {
    const waits = await countWaits();
    expect(waits).toBeGreaterThan(80);
    for (let at = 0; at < waits; at += 1) {
      const { violations, wereKilled } = await runKilled([at]);
      expect({ at, violations, wereKilled }).toEqual({ at, violations: [], wereKilled: [true] });
    }
  }, 120_000);

  test('at two waits, one after the other, does so too', async () => {
    const waits = await countWaits();
    const random = createRandom(42);
    for (let pair = 0; pair < 20; pair += 1) {
      const kills = [random.below(waits), random.below(waits)];
      const { violations } = await runKilled(kills);
      expect({ kills, violations }).toEqual({ kills, violations: [] });
    }
  }, 120_000);
});
