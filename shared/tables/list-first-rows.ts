import type { RowRange, StoredRow } from '../domain/values/table-row.ts';
import type { ListOptions, Table } from '../ports/table.ts';

/**
 * The first rows of a range, at most `top` of them. None only if the range has none: the service may cut a response before its
 * first row.
 */
export async function listFirstRows(
  table: Table,
  shard: string,
  range: RowRange,
  options: Omit<ListOptions, 'next'>,
): Promise<StoredRow[]> {
  let page = await table.list(shard, range, options);
  while (page.rows.length === 0 && page.next !== undefined)
    page = await table.list(shard, range, { ...options, next: page.next });
  return page.rows;
}
