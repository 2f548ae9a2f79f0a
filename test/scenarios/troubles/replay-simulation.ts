import type { IncidentInput } from '../../../local/simulator/state/simulator.ts';
import { claimDueTenants } from '../../../shared/collection/claim-tenants.ts';
import { collectSlice } from '../../../shared/collection/collect-slice.ts';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { newTenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { toStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { NO_TELEMETRY } from '../../../shared/ports/telemetry.ts';
import { createRandom } from '../../simulation/basics/random.ts';
import { createTableState } from '../../simulation/basics/sim-table.ts';
import { createVirtualTime } from '../../simulation/basics/virtual-time.ts';
import { editIncident, seedTenant } from '../../simulation/life/churn.ts';
import { SETTINGS } from '../../simulation/basics/sim-settings.ts';
import { createSimClock, createSimTable } from '../../simulation/life/sim-table-port.ts';
import { createSimSource } from '../../simulation/source/sim-reader.ts';
import { createSourceTenant, toEntry, type SourceVersion } from '../../simulation/source/sim-source.ts';
import { noTrouble } from '../../simulation/source/trouble.ts';
import { NO_FAULTS, type Machine, type World as SimWorld } from '../../simulation/source/world.ts';
import { createCollector, INTERVAL_MS } from '../cloud/collector.ts';
import type { World } from '../cloud/scenario-cloud.ts';

const TICKS = 8;
const EDITS_BETWEEN_TICKS = 12;
const MACHINE: Machine = { name: 'w1', clockSkewMs: 0, isDead: false };

const UNWATCHED = {
  onOpened: () => {},
  onCalled: () => {},
  onRead: () => {},
  onFailed: () => {},
  onFailedById: () => {},
  onSpoilt: () => {},
};

export interface Played {
  /** Every version of the source, in the order of writing. */
  history: SourceVersion[];
  rows: { rowKey: string; properties: RowProperties }[];
}

/** One seed's history at one tenant, all of it simulated: source, time and table. Edits fall between the ticks. */
export async function playSimulated(seed: number, tenantId: TenantId, startMs: number): Promise<Played> {
  const time = createVirtualTime(startMs);
  const tenant = createSourceTenant(tenantId, time.now);
  const world: SimWorld = {
    time,
    random: createRandom(seed),
    table: createTableState(),
    tenants: new Map([[tenantId, tenant]]),
    faults: NO_FAULTS,
    traits: {
      order: 'newest-first',
      maxTop: 100,
      pageCap: 100,
      slowestMs: 200,
      restlessness: 0,
      hasLinks: false,
      filterTicks: 1n,
    },
    trouble: noTrouble(),
    disturbed: new Set(),
    nextTurns: new Set(),
    callsPerRun: SETTINGS.callsPerRun,
    seen: new Map(),
    violations: [],
    edits: 0,
    machines: 0,
    isChanging: true,
    afterCall: () => {},
  };
  seedTenant(world, tenant);
  const state = toStateRow(newTenantState(tenantId, 'defender', ticksFromMs(startMs)));
  world.table.apply(shardOf(tenantId), [{ kind: 'insert', rowKey: stateKey(tenantId), properties: state }], startMs);
  const polls: Promise<void>[] = [];
  for (let tick = 0; tick < TICKS; tick += 1) {
    world.time.at(startMs + tick * INTERVAL_MS, () => void polls.push(pollSimulated(world)));
    for (let edit = 1; edit <= EDITS_BETWEEN_TICKS && tick < TICKS - 4; edit += 1)
      world.time.at(startMs + tick * INTERVAL_MS + 180_000 + edit * 5_000, () => {
        editIncident(world, tenantId);
      });
  }
  await world.time.run(startMs + TICKS * INTERVAL_MS);
  await Promise.all(polls);
  const history = [...tenant.versions.values()].flat().sort((a, b) => a.order - b.order);
  return { history, rows: world.table.rows() };
}

async function pollSimulated(world: SimWorld): Promise<void> {
  const table = createSimTable(world, MACHINE);
  await table.list('0', { from: 'S!', to: 'S"' }, { top: 1 });
  const tick = table.serviceTime();
  const claimed = await claimDueTenants(table, SETTINGS, tick);
  const deps = {
    table,
    clock: createSimClock(world, MACHINE),
    log: () => {},
    telemetry: NO_TELEMETRY,
    sources: { defender: createSimSource(world, MACHINE, UNWATCHED), graph: undefined },
    settings: SETTINGS,
    repeats: createRepeatBudget(),
    random: () => 0.5,
    tenantConcurrency: 8,
    sliceBudgetMs: 240_000,
  };
  await collectSlice(deps, { tick, tenantIds: claimed.map(({ tenantId }) => tenantId) }, 1);
}

/** The same history at the simulated service, read by the real adapters into the real table service. */
export async function playReal(world: World, history: readonly SourceVersion[], startMs: number): Promise<void> {
  const collector = createCollector(world, { ...SETTINGS });
  const shown = new Map<string, number>();
  const waiting = new Set(history);
  for (let tick = 0; tick < TICKS; tick += 1) {
    const tickMs = startMs + tick * INTERVAL_MS;
    const due = [...waiting].filter(({ visibleAtMs }) => visibleAtMs <= tickMs);
    for (const version of due.sort((a, b) => a.visibleAtMs - b.visibleAtMs || a.order - b.order)) {
      waiting.delete(version);
      show(world, version, shown);
    }
    world.time.advanceTo(tickMs);
    await collector.poll();
  }
}

/** A version that becomes visible after its successor is never seen. */
function show({ control, tenantId }: World, version: SourceVersion, shown: Map<string, number>): void {
  const known = shown.get(version.incidentId);
  if (known !== undefined && known > version.order) return;
  shown.set(version.incidentId, version.order);
  const { incidentId } = version;
  const input = toInput(tenantId, version);
  if (known === undefined) control.addIncident(tenantId, { incidentId, ...input });
  else control.updateIncident(tenantId, incidentId, input);
}

function toInput(tenantId: TenantId, version: SourceVersion): Omit<IncidentInput, 'incidentId' | 'visibleAt'> {
  const { createdAt, updatedAt, status } = version;
  return {
    createdTime: createdAt,
    lastUpdateTime: updatedAt,
    status,
    rawJson: JSON.stringify(toEntry(tenantId, version)),
  };
}
