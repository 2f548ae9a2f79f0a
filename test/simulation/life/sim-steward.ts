import { readCleanUpMessage, type CleanUpMessage } from '../../../shared/domain/removal/clean-up-task.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { cleanUp as cleanUpPart, type CleanUpDeps } from '../../../shared/removal/clean-up.ts';
import { dispatchCleanUp } from '../../../shared/removal/dispatch-clean-up.ts';
import { purgeTenant } from '../../../shared/removal/purge-tenant.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { orderPurge } from '../../../shared/tenants/order-purge.ts';
import { stopTenant } from '../../../shared/tenants/stop-tenant.ts';
import { createTableState } from '../basics/sim-table.ts';
import { newMachine, note, report, tell, type Machine, type World } from '../source/world.ts';
import { createSimClock, createSimTable } from './sim-table-port.ts';

const BUDGET_MS = 420_000;
const END_MS = 540_000;
const TRIES = 5;
const RETRY_MS = 20_000;

/** The hourly clean-up: its timer on one machine, each of its messages on another; they crash and sleep like any other. */
export async function cleanUp(world: World): Promise<void> {
  const { retentionDays } = world;
  if (retentionDays === undefined) return;
  const messages: CleanUpMessage[] = [];
  await survive(world, async () => {
    messages.push(...(await dispatchCleanUp(cleanUpDeps(world, retentionDays))));
  });
  for (const message of messages)
    await survive(world, async () => {
      messages.push(...(await cleanUpPart(cleanUpDeps(world, retentionDays), readCleanUpMessage(message), 1)));
    });
}

function cleanUpDeps(world: World, retentionDays: number): CleanUpDeps {
  const machine = newMachine(world);
  const registry = openRegistry(world, machine);
  return {
    incidents: createSimTable(world, machine),
    tenants: registry,
    consentRequests: registry,
    outcomes: registry,
    audit: createAuditLog(registry),
    tokens: undefined,
    clock: createSimClock(world, machine),
    log: (_level, message, fields) => {
      tell(world, () => `${machine.name} logs ${message} ${JSON.stringify(fields)}`);
    },
    retentionDays,
    budgetMs: BUDGET_MS,
    endMs: END_MS,
  };
}

/** An operator stops a tenant and orders its erasure, whoever is at it. */
export async function orderErasure(world: World, tenantId: TenantId): Promise<void> {
  noteRunning(world, tenantId);
  const machine = newMachine(world);
  const [incidents, clock] = [createSimTable(world, machine), createSimClock(world, machine)];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    await survive(world, async () => {
      await stopTenant({ incidents, clock, defaultSource: 'defender' }, tenantId);
      await orderPurge({ incidents, clock, defaultSource: 'defender' }, tenantId);
    });
    if (isOrdered(world, tenantId)) return;
    await clock.sleep(RETRY_MS);
  }
}

function isOrdered(world: World, tenantId: TenantId): boolean {
  const row = world.table.get(shardOf(tenantId), stateKey(tenantId));
  if (row === undefined) return true;
  return readStateRow(row.properties).status === 'purging';
}

/** What a tick's message makes a machine do with a tenant that is to be erased. */
export async function erase(world: World, tenantId: TenantId): Promise<void> {
  const machine = newMachine(world);
  const registry = openRegistry(world, machine);
  await survive(world, () =>
    purgeTenant(
      {
        incidents: createSimTable(world, machine),
        tenants: registry,
        consentRequests: registry,
        audit: createAuditLog(registry),
        clock: createSimClock(world, machine),
        log: () => undefined,
        tokens: undefined,
        budgetMs: BUDGET_MS,
        endMs: END_MS,
      },
      tenantId,
    ),
  );
}

/** The tables beside the incidents: they come and go with the run, as none of what they hold is looked at here. */
function openRegistry(world: World, machine: Machine): Table {
  return createSimTable({ ...world, table: createTableState() }, machine);
}

async function survive(world: World, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError)) report(world, `bug: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

function noteRunning(world: World, tenantId: TenantId): void {
  const row = world.table.get(shardOf(tenantId), stateKey(tenantId));
  if (row !== undefined && readStateRow(row.properties).busyUntil > ticksFromMs(world.time.now()))
    note(world, 'purge beside a running worker');
}
