import type { RowOperation } from '../../../shared/domain/values/table-row.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import type { Table } from '../../../shared/ports/table.ts';

/**
 * `lost`: written, then a time-out · `lost-412`: written, and the SDK's own repeat meets its own ETag · `lost-404`: the same
 * with a delete that finds its row gone · `dropped`: never arrived · `late`: a time-out, written just before the next write.
 */
export type Fault = 'none' | 'lost' | 'lost-412' | 'lost-404' | 'dropped' | 'late';

export interface FaultyTable extends Table {
  /** What happens to the next writes, one each; afterwards nothing. */
  faults: Fault[];
  /** Runs before each write arrives. */
  beforeWrite: () => Promise<void>;
  sent: (readonly RowOperation[])[];
}

const unclear = (): AppError => new AppError('storage-unclear', 'Time-out');
const refused = (code: ErrorCode): AppError => new AppError(code, 'Refused', { failedIndex: 0 });

/** A table whose answers get lost on the way, while `table` behind it stays right. */
export function createFaultyTable(table: Table): FaultyTable {
  let delayed: (() => Promise<unknown>) | undefined;
  const faulty: FaultyTable = {
    ...table,
    faults: [],
    beforeWrite: async () => {},
    sent: [],
    transact: async (partitionKey, operations) => {
      faulty.sent.push(operations);
      const fault = faulty.faults.shift() ?? 'none';
      await delayed?.().catch(() => undefined);
      delayed = undefined;
      await faulty.beforeWrite();
      if (fault === 'dropped') throw unclear();
      if (fault === 'late') {
        delayed = () => table.transact(partitionKey, operations);
        throw unclear();
      }
      const etags = await table.transact(partitionKey, operations);
      if (fault === 'lost') throw unclear();
      if (fault === 'lost-412') throw refused('precondition-failed');
      if (fault === 'lost-404') throw refused('row-missing');
      return etags;
    },
  };
  return faulty;
}
