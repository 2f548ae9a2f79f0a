import { changeLogRange } from './domain/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from './domain/row-limits.ts';
import { TICKS_PER_DAY } from './domain/ticks.ts';
import { hasCode } from './errors.ts';
import type { Table } from './ports/table.ts';

export const CHANGE_LOG_DAYS = 90n;

/** Deletes what one partition's change log has kept long enough. Nobody else writes rows that old, so it needs no fence. */
export async function clearChangeLog(table: Table, shard: string, isOutOfTime: () => boolean): Promise<number> {
  let deleted = 0;
  const range = changeLogRange(0n, table.serviceTime() - CHANGE_LOG_DAYS * TICKS_PER_DAY);
  let next: string | undefined;
  while (!isOutOfTime()) {
    const page = await table.list(shard, range, {
      top: MAX_TRANSACTION_ROWS,
      select: ['tenantId'],
      ...(next !== undefined && { next }),
    });
    if (page.rows.length > 0)
      await deleteRows(
        table,
        shard,
        page.rows.map(({ rowKey }) => rowKey),
      );
    deleted += page.rows.length;
    // Read again from its beginning, a range that was just emptied can give an empty page with a continuation for ever.
    next = page.next;
    if (next === undefined) break;
  }
  return deleted;
}

/** A row that another run has deleted is left out, and the others are tried again. */
async function deleteRows(table: Table, shard: string, keys: readonly string[]): Promise<void> {
  let rest = [...keys];
  while (rest.length > 0) {
    try {
      await table.transact(
        shard,
        rest.map((rowKey) => ({ kind: 'delete', rowKey })),
      );
      return;
    } catch (error) {
      if (!hasCode(error, 'row-missing')) throw error;
      const missing = error.failedIndex ?? 0;
      rest = rest.filter((_, index) => index !== missing);
    }
  }
}
