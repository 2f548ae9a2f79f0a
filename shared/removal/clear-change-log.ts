import { changeLogCutoff } from '../domain/removal/retention.ts';
import { changeLogRange } from '../domain/rows/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from '../domain/rows/row-limits.ts';
import type { Table } from '../ports/table.ts';
import { deleteRows } from '../tables/delete-rows.ts';

export interface Cleared {
  rows: number;
  /** False: time was up before everything was gone. */
  isDone: boolean;
}

/** Deletes the expired entries of one partition's change log. No other process writes rows that old, so it needs no fence. */
export async function clearChangeLog(table: Table, shard: string, isOutOfTime: () => boolean): Promise<Cleared> {
  let rows = 0;
  const range = changeLogRange(0n, changeLogCutoff(table.serviceTime()));
  let next: string | undefined;
  while (!isOutOfTime()) {
    const options = { top: MAX_TRANSACTION_ROWS, select: ['tenantId'], ...(next !== undefined && { next }) };
    const page = await table.list(shard, range, options);
    const keys = page.rows.map(({ rowKey }) => rowKey);
    const isOurs = await deleteRows(table, shard, keys);
    if (isOurs) rows += keys.length;
    if (isOurs && page.next === undefined) return { rows, isDone: true };
    // Read again from its beginning, a range that was just emptied can give an empty page with a continuation for ever.
    next = isOurs ? page.next : undefined;
  }
  return { rows, isDone: false };
}
