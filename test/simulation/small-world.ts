import { createRepeatBudget } from '../../shared/domain/reading/repeat-budget.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { newTenantState, type TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { readStateRow, toStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { ticksFromMs, type Ticks } from '../../shared/domain/values/ticks.ts';
import { pollTenant } from '../../shared/polling/poll-tenant.ts';
import { createRandom } from './basics/random.ts';
import { createTableState } from './basics/sim-table.ts';
import { createVirtualTime } from './basics/virtual-time.ts';
import { createChecker, type Checker } from './checks/checker.ts';
import { SETTINGS } from './basics/sim-settings.ts';
import { createSimClock, createSimTable } from './life/sim-table-port.ts';
import { createSimSource } from './source/sim-reader.ts';
import { createSourceTenant, type SourceTenant } from './source/sim-source.ts';
import { noTrouble } from './source/trouble.ts';
import { NO_FAULTS, type Machine, type World } from './source/world.ts';

export const START_MS = Date.parse('2026-03-01T00:00:00Z');
export const HOUR_MS = 3_600_000;

function readTenant(): TenantId {
  const tenantId = readTenantId('10000000-0000-4000-8000-000000000000');
  if (tenantId === undefined) throw new Error('The tenant id of this test is no GUID');
  return tenantId;
}

const TENANT_ID = readTenant();

/**
 * Incidents an hour apart, the fourth with more alerts than a transaction holds: several transactions and a change of
 * generation. Nothing changes in them, so many worlds can share them: mapping them anew would take most of a run.
 */
export function buildTenant(incidents: number): SourceTenant {
  const tenant = createSourceTenant(TENANT_ID, () => START_MS);
  for (let index = 0; index < incidents; index += 1) {
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

/** One more incident of the tenant, without alerts; visible from the beginning. */
export function addIncident(tenant: SourceTenant, incidentId: string, updatedAt: Ticks, createdAt = updatedAt): void {
  tenant.add({
    incidentId,
    order: tenant.ids.length + 1,
    createdAt,
    updatedAt,
    visibleAtMs: 0,
    status: 'Active',
    severity: 'High',
    redirectIncidentId: null,
    alerts: [],
  });
}

export interface SmallWorld {
  world: World;
  checker: Checker;
  state(): TenantState;
}

/**
 * One tenant in a quiet world without faults. Its source compares milliseconds and dates in ticks, so that a cut that no answer
 * has tested hides incidents.
 */
export function startSmallWorld(
  tenant: SourceTenant,
  maxTop: number,
  registered: Partial<TenantState> = {},
): SmallWorld {
  const time = createVirtualTime(START_MS);
  const table = createTableState();
  const state = { ...newTenantState(TENANT_ID, 'defender', ticksFromMs(START_MS)), ...registered };
  table.apply(
    shardOf(TENANT_ID),
    [{ kind: 'insert', rowKey: stateKey(TENANT_ID), properties: toStateRow(state) }],
    START_MS,
  );
  const world: World = {
    time,
    random: createRandom(1),
    table,
    tenants: new Map([[TENANT_ID, tenant]]),
    faults: NO_FAULTS,
    traits: {
      order: 'newest-first',
      maxTop,
      pageCap: maxTop,
      slowestMs: 200,
      restlessness: 0,
      hasLinks: false,
      filterTicks: 10_000n,
    },
    trouble: noTrouble(),
    disturbed: new Set(),
    nextTurns: new Set(),
    callsPerRun: SETTINGS.callsPerRun,
    seen: new Map(),
    violations: [],
    edits: tenant.ids.length,
    machines: 0,
    isChanging: false,
    afterCall: () => undefined,
  };
  return {
    world,
    checker: createChecker(world),
    state: () => readStateRow(table.get(shardOf(TENANT_ID), stateKey(TENANT_ID))?.properties ?? {}),
  };
}

/** One poll by a machine that dies after so many waits; `undefined`: it lives. */
export function startPoll({ world, checker }: SmallWorld, waits: number | undefined): Machine {
  world.machines += 1;
  const machine: Machine = { name: `m${world.machines}`, clockSkewMs: 0, isDead: false };
  if (waits !== undefined) machine.waitsLeft = waits;
  const table = createSimTable(world, machine);
  const clock = createSimClock(world, machine);
  const poll = async (): Promise<void> => {
    await table.get(shardOf(TENANT_ID), stateKey(TENANT_ID));
    await pollTenant(
      {
        table,
        clock,
        log: () => undefined,
        sources: {
          defender: createSimSource(world, machine, checker.observer),
          graph: world.graph && createSimSource(world, machine, checker.observer, world.graph),
        },
        settings: SETTINGS,
        repeats: createRepeatBudget(),
        random: () => 0.5,
      },
      {
        tenantId: TENANT_ID,
        tick: table.serviceTime(),
        deadlineMs: clock.monotonicMs() + 240_000,
        isContinuation: false,
        isPrepaid: true,
      },
    );
  };
  void poll().catch((error: unknown) => {
    world.violations.push(`bug: ${String(error)}`);
  });
  return machine;
}
