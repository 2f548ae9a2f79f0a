import { indexKeysOf, unpackIndex } from '../domain/rows/stored-index.ts';
import { binaryColumn } from '../domain/rows/row-columns.ts';
import { incidentKey, looseIndexKey } from '../domain/rows/row-keys.ts';
import { ROWS_BESIDE_FENCE } from '../domain/rows/row-limits.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowOperation, RowProperties } from '../domain/values/table-row.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { hasCode } from '../errors.ts';
import type { WriteDeps } from './commit-repairing.ts';

/** Deletes index rows that their incident does not name: what a switched or a crashed write left behind. No reader believes them. */
export async function clearLooseIndexes(deps: WriteDeps): Promise<void> {
  const { table, session } = deps;
  const { tenantId, looseIndexes } = session.state();
  const shard = shardOf(tenantId);
  for (const incidentId of looseIndexes) {
    const [intent, own] = await Promise.all([
      table.get(shard, looseIndexKey(tenantId, incidentId)),
      table.get(shard, incidentKey(tenantId, incidentId)),
    ]);
    const named = new Set(keysIn(tenantId, incidentId, own?.properties, 'index'));
    const written = ['before', 'after'].flatMap((name) => keysIn(tenantId, incidentId, intent?.properties, name));
    const loose = [...new Set(written)].filter((rowKey) => !named.has(rowKey));
    for (let at = 0; at < loose.length; at += ROWS_BESIDE_FENCE)
      await deleteRows(deps, loose.slice(at, at + ROWS_BESIDE_FENCE), (state) => state);
    const intentKeys = intent === undefined ? [] : [intent.rowKey];
    await deleteRows(deps, intentKeys, (state) => ({
      ...state,
      looseIndexes: state.looseIndexes.filter((other) => other !== incidentId),
    }));
  }
}

function keysIn(
  tenantId: TenantId,
  incidentId: string,
  properties: RowProperties | undefined,
  column: string,
): string[] {
  const index = properties === undefined ? undefined : unpackIndex(binaryColumn(properties, column));
  return index === undefined ? [] : indexKeysOf(tenantId, incidentId, index);
}

async function deleteRows(
  { table, session }: WriteDeps,
  rowKeys: readonly string[],
  change: (state: TenantState) => TenantState,
): Promise<void> {
  const commit = (keys: readonly string[]): Promise<void> =>
    session.commit({ change, rows: () => keys.map((rowKey): RowOperation => ({ kind: 'delete', rowKey })) });
  try {
    await commit(rowKeys);
  } catch (error) {
    if (!hasCode(error, 'row-missing')) throw error;
    // The worker that died wrote only some of them, or had deleted some.
    const shard = shardOf(session.state().tenantId);
    const rows = await mapLimited(rowKeys, READS_AT_ONCE, (rowKey) => table.get(shard, rowKey));
    await commit(rows.flatMap((row) => row?.rowKey ?? []));
  }
}

const READS_AT_ONCE = 8;
