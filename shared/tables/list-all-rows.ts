import type { RowRange, StoredRow } from '../domain/values/table-row.ts';
import type { Table } from '../ports/table.ts';

/** Every row of a range that is known to be small: one request for each thousand. */
export async function listAllRows(
  table: Table,
  shard: string,
  range: RowRange,
  select?: readonly string[],
): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  let next: string | undefined;
  do {
    const page = await table.list(shard, range, { ...(select && { select }), ...(next !== undefined && { next }) });
    rows.push(...page.rows);
    next = page.next;
  } while (next !== undefined);
  return rows;
}
