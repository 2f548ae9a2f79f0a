import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { readTenantId, SHARDS, shardOf } from '../../../shared/domain/values/tenant-id.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';

export interface NamedRow {
  rowKey: string;
  shard: string;
  properties: RowProperties;
}

/** Everything in a table. What is taken is accounted for; the rest should not be there. */
export interface StoredRows {
  take(rowKey: string): RowProperties | undefined;
  /** All `H!`, `C!` or `E!` rows of one incident, in the order of their keys. */
  takeAll(kind: 'H' | 'C' | 'E', tenantId: string, idPart: string): NamedRow[];
  rest(): NamedRow[];
}

const EVERYTHING = { from: '!', to: '~' };

export async function readStoredRows(table: Table): Promise<StoredRows> {
  const rows = new Map<string, NamedRow>();
  const groups = new Map<string, NamedRow[]>();
  const misplaced: NamedRow[] = [];
  for (const shard of SHARDS)
    for (const { rowKey, properties } of await listAllRows(table, shard, EVERYTHING)) {
      const row = { rowKey, shard, properties };
      if (rows.has(rowKey) || !isInPlace(row)) misplaced.push(row);
      rows.set(rowKey, row);
      const group = groupOf(rowKey);
      if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), row]);
    }
  return {
    take: (rowKey) => {
      const row = rows.get(rowKey);
      rows.delete(rowKey);
      return row?.properties;
    },
    takeAll: (kind, tenantId, idPart) => {
      const taken = groups.get(`${kind}!${tenantId}!${idPart}`) ?? [];
      for (const { rowKey } of taken) rows.delete(rowKey);
      return taken;
    },
    rest: () => [...misplaced, ...rows.values()],
  };
}

/** Key, column and partition name the same tenant. */
function isInPlace({ rowKey, shard, properties }: NamedRow): boolean {
  const tenantId = readTenantId(properties['tenantId']);
  return tenantId !== undefined && rowKey.includes(tenantId) && shardOf(tenantId) === shard;
}

function groupOf(rowKey: string): string | undefined {
  const [kind, first, second, third, fourth] = rowKey.split('!');
  if (kind === 'E') return `E!${third}!${fourth}`;
  if (kind === 'H') return `H!${first}!${second}`;
  return kind === 'C' ? `C!${second}!${third}` : undefined;
}
