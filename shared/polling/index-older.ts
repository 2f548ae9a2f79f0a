import { toQuietLogRow } from '../domain/rows/incident-rows.ts';
import { planIndexWrite, type IndexWrite } from '../domain/rows/plan-index-write.ts';
import { readAlertRow, readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import type { CommitStamp } from '../domain/rows/plan-incident-write.ts';
import { alertRange, changeLogKey, tenantRange } from '../domain/rows/row-keys.ts';
import { ROWS_BESIDE_FENCE } from '../domain/rows/row-limits.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowOperation, StoredRow } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { clearLooseIndexes } from '../storing/clear-loose-indexes.ts';
import type { WriteDeps } from '../storing/commit-repairing.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

/** In one poll, which takes some seconds of reading and writing. 20,000 incidents are in the index after a day and a half. */
const INCIDENTS_A_POLL = 50;

/**
 * Adds incidents to the index that were stored before there was one: as they are stored, newest id first, some with each poll that
 * has time for a reconciliation. The transaction that writes them also saves the progress in the state row. A tenant whose index is
 * complete costs nothing.
 */
export async function indexOlder(deps: WriteDeps): Promise<void> {
  const { table, session } = deps;
  const { tenantId, index } = session.state();
  if (index?.isWhole === true) return;
  const range = tenantRange('I', tenantId);
  const after = index?.after ?? '';
  // `!` sorts before any character that can follow in a key, so this is the first key after the last one that was read.
  const rest = { ...range, from: after === '' ? range.from : `${after}!` };
  const page = await table.list(shardOf(tenantId), rest, { top: INCIDENTS_A_POLL });
  for (const row of page.rows) await indexStored(deps, row);
  const last = page.rows.at(-1)?.rowKey ?? after;
  await session.commit({
    change: (state) => ({ ...state, index: { isWhole: page.next === undefined, after: last } }),
  });
}

async function indexStored(deps: WriteDeps, row: StoredRow): Promise<void> {
  const { table, session } = deps;
  const { tenantId } = session.state();
  const stored = readIncidentRow(row.properties);
  if (stored.index !== undefined || stored.isExpiring) return;
  const { incident, generation } = stored;
  const rows = await listAllRows(table, shardOf(tenantId), alertRange(tenantId, incident.incidentId, generation));
  const alerts = rows.map(({ properties }) => readAlertRow(properties));
  const write = planIndexWrite({ tenantId, observed: { incident, alerts }, stored }, incident);
  await writeIndex(deps, row, write);
}

/** The incident's row names its index rows in the transaction that writes them, or after them: without it no reader trusts them. */
async function writeIndex(deps: WriteDeps, row: StoredRow, write: IndexWrite): Promise<void> {
  const { session } = deps;
  const incidentId = String(row.properties['incidentId']);
  const named: RowOperation = { kind: 'merge', rowKey: row.rowKey, properties: { index: write.column } };
  const count = (state: TenantState): TenantState => ({
    ...state,
    leftOutIncidents: Math.max(0, state.leftOutIncidents + write.leftOutChange),
  });
  const { tenantId } = session.state();
  // Without it, values that this incident shares with other customers would not be noticed.
  const logged = ({ storedAt }: CommitStamp): RowOperation[] =>
    write.told.bad.length === 0
      ? []
      : [
          {
            kind: 'upsert',
            rowKey: changeLogKey(storedAt, tenantId, incidentId),
            properties: toQuietLogRow(tenantId, incidentId, formatTicks(storedAt)),
          },
        ];
  if (write.upserts.length + 1 < ROWS_BESIDE_FENCE) {
    await session.commit({ change: count, rows: (stamp) => [named, ...write.upserts, ...logged(stamp)] });
    return;
  }
  const ahead = [write.intent(), ...write.upserts];
  for (let at = 0; at < ahead.length; at += ROWS_BESIDE_FENCE)
    await session.commit({
      change: (state) => ({ ...state, looseIndexes: [...new Set([...state.looseIndexes, incidentId])] }),
      rows: () => ahead.slice(at, at + ROWS_BESIDE_FENCE),
    });
  await session.commit({ change: count, rows: (stamp) => [named, ...logged(stamp)] });
  await clearLooseIndexes(deps);
}
