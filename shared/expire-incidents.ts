import { openSession, type TenantSession } from './commit.ts';
import { planExpiry } from './domain/incident-removal.ts';
import { mapLimited } from './domain/map-limited.ts';
import { readIncidentRow, textColumn } from './domain/read-incident-rows.ts';
import { allAlertsRange, historyRange, incidentKey, tenantListRange } from './domain/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from './domain/row-limits.ts';
import type { RowOperation, StoredRow } from './domain/table-row.ts';
import { shardOf, type TenantId } from './domain/tenant-id.ts';
import type { Ticks } from './domain/ticks.ts';
import { listAllRows } from './list-all-rows.ts';
import { listFirstRows } from './list-first-rows.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';
import { commitRepairing, type WriteDeps } from './write-incidents.ts';

export interface ExpireDeps {
  table: Table;
  clock: Clock;
  log: Log;
  isOutOfTime(): boolean;
}

/** Four rows each, so that one transaction holds them beside the state row; few enough to be named in it. */
const INCIDENTS_AT_ONCE = 20;
const READS_AT_ONCE = 8;

/**
 * Deletes the tenant's incidents that were last updated before `cutoff` (`undefined`: none), and what an earlier run has left.
 * Answers how many are gone. A tenant that a worker holds is left to the next run; one that a worker takes meanwhile fails with
 * `tenant-taken`, and an incident that was updated meanwhile stays.
 */
export async function expireIncidents(
  deps: ExpireDeps,
  tenantId: TenantId,
  cutoff: Ticks | undefined,
): Promise<number> {
  const session = await openSession(deps.table, deps.clock, tenantId);
  if (session === undefined) return 0;
  const { status, busyUntil } = session.state();
  if (status === 'purging' || busyUntil > deps.table.serviceTime()) return 0;
  const write = { ...deps, session };
  let gone = 0;
  do gone += await deleteExpiring(write, deps);
  while (!deps.isOutOfTime() && cutoff !== undefined && (await markExpired(write, cutoff)));
  return gone;
}

/** Marks the next incidents that are too old. False when there are none. */
async function markExpired(deps: WriteDeps, cutoff: Ticks): Promise<boolean> {
  const { table, session } = deps;
  const { tenantId } = session.state();
  const shard = shardOf(tenantId);
  const range = tenantListRange(tenantId, 0n, cutoff);
  const rows = await listFirstRows(table, shard, range, { top: INCIDENTS_AT_ONCE, select: ['incidentId'] });
  if (rows.length === 0) return false;
  const found = await mapLimited(rows, READS_AT_ONCE, async (row) => {
    const incidentId = textColumn(row.properties, 'incidentId') ?? '';
    const own = await table.get(shard, incidentKey(tenantId, incidentId));
    const stored = own === undefined ? undefined : readIncidentRow(own.properties);
    // A list row that no incident accounts for hides what is behind it from the next run.
    const isOrphan = stored === undefined || stored.isExpiring || stored.updatedAt >= cutoff;
    const orphan: RowOperation[] = [{ kind: 'delete', rowKey: row.rowKey }];
    return isOrphan ? { ids: [], rows: orphan } : { ids: [incidentId], rows: planExpiry(tenantId, stored) };
  });
  await commitRepairing(deps, {
    change: (state) => ({ ...state, expiring: [...state.expiring, ...found.flatMap(({ ids }) => ids)] }),
    rows: () => found.flatMap((one) => one.rows),
  });
  return true;
}

async function deleteExpiring(write: WriteDeps, { isOutOfTime }: ExpireDeps): Promise<number> {
  let gone = 0;
  for (const incidentId of write.session.state().expiring) {
    if (isOutOfTime()) break;
    gone += await deleteIncident(write, incidentId);
  }
  return gone;
}

/** Deletes what belongs to an incident and the incident last; one that got a new version meanwhile is kept. */
async function deleteIncident(write: WriteDeps, incidentId: string): Promise<number> {
  const { table, session } = write;
  const { tenantId } = session.state();
  const rowKey = incidentKey(tenantId, incidentId);
  const row = await table.get(shardOf(tenantId), rowKey);
  const isGone = row?.properties['expiring'] === true;
  const parts = isGone ? await listParts(table, session, incidentId) : [];
  const rows: RowOperation[] = parts.map((part) => ({ kind: 'delete', rowKey: part.rowKey }));
  while (rows.length > MAX_TRANSACTION_ROWS - 2) {
    const some = rows.splice(0, MAX_TRANSACTION_ROWS - 1);
    await commitRepairing(write, { change: (state) => state, rows: () => some });
  }
  if (isGone) rows.push({ kind: 'delete', rowKey });
  await commitRepairing(write, {
    change: (state) => ({
      ...state,
      expiring: state.expiring.filter((other) => other !== incidentId),
      storedIncidents: Math.max(0, state.storedIncidents - (isGone ? 1 : 0)),
    }),
    rows: () => rows,
  });
  return isGone ? 1 : 0;
}

async function listParts(table: Table, session: TenantSession, incidentId: string): Promise<StoredRow[]> {
  const { tenantId } = session.state();
  const ranges = [allAlertsRange(tenantId, incidentId), historyRange(tenantId, incidentId)];
  const lists = await Promise.all(ranges.map((range) => listAllRows(table, shardOf(tenantId), range, ['tenantId'])));
  return lists.flat();
}
