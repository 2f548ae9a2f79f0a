import {
  NO_COMMANDS,
  readWaitingRow,
  toWaitingRow,
  WAITING_PARTITION,
  type WaitingCommands,
} from '../domain/commands/waiting-commands.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode, isRace } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';

/** The commands of one tenant that wait in the table `Tenants`. */
export async function getWaitingCommands(tenants: Table, tenantId: TenantId): Promise<WaitingCommands> {
  const row = await tenants.get(WAITING_PARTITION, tenantId);
  return row === undefined ? NO_COMMANDS : readWaitingRow(row.properties);
}

/** Two apps with a few workers each change such a row, so this many meet no other in the end. */
const TRIES = 10;

/**
 * Changes the waiting commands of a tenant, one change after the other, and returns the result. `change` may be called again
 * with the current state, also when the response to its own first success was lost: it returns `waiting` itself when there is
 * nothing to do. A row without commands is deleted.
 */
export async function changeWaitingCommands(
  tenants: Table,
  tenantId: TenantId,
  change: (waiting: WaitingCommands, now: Ticks) => WaitingCommands,
): Promise<WaitingCommands> {
  const isLost = (error: unknown): boolean => isRace(error) || hasCode(error, 'storage-unclear');
  return repeatOnRace({ tries: TRIES, isLost }, async () => {
    const row = await tenants.get(WAITING_PARTITION, tenantId);
    const waiting = row === undefined ? NO_COMMANDS : readWaitingRow(row.properties);
    const changed = change(waiting, tenants.serviceTime());
    if (changed !== waiting) await saveRow(tenants, tenantId, row, changed);
    return changed;
  });
}

async function saveRow(
  tenants: Table,
  rowKey: TenantId,
  row: StoredRow | undefined,
  changed: WaitingCommands,
): Promise<void> {
  if (changed.commands.length > 0) {
    const properties = toWaitingRow(changed);
    await tenants.transact(WAITING_PARTITION, [
      row === undefined
        ? { kind: 'insert', rowKey, properties }
        : { kind: 'replace', rowKey, properties, ifMatch: row.etag },
    ]);
  } else if (row !== undefined)
    await tenants.transact(WAITING_PARTITION, [{ kind: 'delete', rowKey, ifMatch: row.etag }]);
}

/**
 * The table `incidents` for the worker that carries out the first command: before each write it checks that the command is
 * still this worker's. Every change of a tenant reads the state row before it writes with `If-Match`, and the check is in
 * between: a write of another worker since then makes this write fail, and a later one comes later. So a worker that paused for
 * minutes changes nothing.
 */
export function guardTable(incidents: Table, isStillOurs: () => Promise<boolean>): Table {
  return {
    get: (...args) => incidents.get(...args),
    list: (...args) => incidents.list(...args),
    serviceTime: () => incidents.serviceTime(),
    transact: async (...args) => {
      if (await isStillOurs()) return incidents.transact(...args);
      throw new AppError('command-taken', 'Cannot go on with a command: it was taken back or taken over');
    },
  };
}
