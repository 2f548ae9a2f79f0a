import { SHARDS } from '../../../shared/domain/values/tenant-id.ts';
import { createMemoryTable, type MemoryTable } from './memory-table.ts';

const ROWS_AT_ONCE = 100;

/** Another table with the same rows. */
export async function copyTable(from: MemoryTable, partitions: readonly string[] = SHARDS): Promise<MemoryTable> {
  const copy = createMemoryTable();
  for (const partition of partitions) {
    const rows = [...from.rows(partition)];
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
      await copy.transact(
        partition,
        rows.slice(at, at + ROWS_AT_ONCE).map(([rowKey, properties]) => ({ kind: 'upsert', rowKey, properties })),
      );
  }
  return copy;
}
