import { hasCode } from '../errors.ts';
import type { Table } from '../ports/table.ts';

/**
 * Deletes one row, with `etag` only that version of it. False when there is none, as somebody else has deleted it, or a repeat of
 * ours inside the SDK has.
 */
export async function deleteIfPresent(
  table: Table,
  partition: string,
  { rowKey, etag }: { rowKey: string; etag?: string },
): Promise<boolean> {
  try {
    await table.transact(partition, [{ kind: 'delete', rowKey, ...(etag !== undefined && { ifMatch: etag }) }]);
    return true;
  } catch (error) {
    if (!hasCode(error, 'row-missing')) throw error;
    return false;
  }
}
