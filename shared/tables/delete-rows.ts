import { MAX_TRANSACTION_ROWS } from '../domain/rows/row-limits.ts';
import { hasCode } from '../errors.ts';
import type { Table } from '../ports/table.ts';

/**
 * Deletes rows that are not written any more, one transaction for each hundred. False when another process has deleted one of
 * them, or a retry of ours inside the SDK has: the caller lists the rest again.
 */
export async function deleteRows(table: Table, partition: string, rowKeys: readonly string[]): Promise<boolean> {
  try {
    for (let at = 0; at < rowKeys.length; at += MAX_TRANSACTION_ROWS) {
      const some = rowKeys.slice(at, at + MAX_TRANSACTION_ROWS);
      await table.transact(
        partition,
        some.map((rowKey) => ({ kind: 'delete', rowKey })),
      );
    }
    return true;
  } catch (error) {
    if (!hasCode(error, 'row-missing')) throw error;
    return false;
  }
}
