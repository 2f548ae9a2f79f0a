import type { RowRange, StoredRow } from '../domain/values/table-row.ts';
import type { Table } from '../ports/table.ts';

export interface RangesOptions {
  select: readonly string[];
  /**
   * Rows of one response: up to this many rows between two ranges are read in vain, then the next request begins behind them.
   */
  top: number;
}

/**
 * Every row of several ranges of one partition. What lies close together comes with one request; never are there more requests
 * than one a range and one for each `top` rows of it.
 */
export async function listRanges(
  table: Table,
  partition: string,
  ranges: readonly RowRange[],
  { select, top }: RangesOptions,
): Promise<StoredRow[]> {
  const waiting = [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1));
  const last = waiting.at(-1);
  const found: StoredRow[] = [];
  let query = waiting[0]?.from;
  let next: string | undefined;
  while (last !== undefined && query !== undefined) {
    const page = await table.list(
      partition,
      { from: query, to: last.to },
      { select, top, ...(next !== undefined && { next }) },
    );
    for (const row of page.rows) {
      while (waiting[0] !== undefined && row.rowKey >= waiting[0].to) waiting.shift();
      if (waiting[0] !== undefined && row.rowKey >= waiting[0].from) found.push(row);
    }
    const reached = page.rows.at(-1)?.rowKey;
    ({ next } = page);
    if (next === undefined) break;
    const isBetween = reached !== undefined && waiting[0] !== undefined && reached < waiting[0].from;
    if (isBetween) [query, next] = [waiting[0]?.from, undefined];
  }
  return found;
}
