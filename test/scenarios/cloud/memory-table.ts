import { checkTransaction } from '../../../shared/domain/rows/row-limits.ts';
import type { RowOperation, StoredRow } from '../../../shared/domain/values/table-row.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import type { Table } from '../../../shared/ports/table.ts';
import type { ScenarioTable } from './scenario-table.ts';
import type { VirtualClock } from './virtual-clock.ts';

const MAX_PAGE_ROWS = 1_000;

/**
 * The rules of the table service without its process: for a hundred thousand rows, which take the emulator minutes. Sorted keys
 * are kept apart by shard and kind, so that a new one moves few others.
 */
export function createMemoryTable(time: VirtualClock): Table {
  const rows = new Map<string, StoredRow>();
  const kinds = new Map<string, string[]>();
  let version = 0;

  const nameOf = (partition: string, rowKey: string): string => `${partition}${rowKey}`;
  const keysOf = (name: string): string[] => {
    const kind = name.slice(0, 2);
    const keys = kinds.get(kind) ?? [];
    kinds.set(kind, keys);
    return keys;
  };
  const keysBetween = (from: string, to: string): readonly string[] => {
    if (from.slice(0, 2) === to.slice(0, 2)) return keysOf(from);
    const within = [...kinds.keys()].filter((kind) => kind >= from && kind < to).sort();
    return within.flatMap((kind) => kinds.get(kind) ?? []);
  };

  function apply(partition: string, operation: RowOperation): string | undefined {
    const name = nameOf(partition, operation.rowKey);
    const before = rows.get(name);
    const keys = keysOf(name);
    if (operation.kind === 'delete') {
      rows.delete(name);
      keys.splice(placeOf(keys, name), 1);
      return undefined;
    }
    const etag = `W/"${(version += 1)}"`;
    const kept = operation.kind === 'merge' ? before?.properties : {};
    const properties = { ...kept, ...operation.properties };
    rows.set(name, { rowKey: operation.rowKey, etag, properties, writtenAtMs: time.nowMs() });
    if (before === undefined) keys.splice(placeOf(keys, name), 0, name);
    return etag;
  }

  return {
    serviceTime: () => ticksFromMs(time.nowMs()),
    get: async (partition, rowKey) => rows.get(nameOf(partition, rowKey)),
    list: async (partition, { from, to }, { top = MAX_PAGE_ROWS, next } = {}) => {
      const keys = keysBetween(nameOf(partition, from), nameOf(partition, to));
      const [start, end] = [placeOf(keys, nameOf(partition, next ?? from)), placeOf(keys, nameOf(partition, to))];
      const found = keys.slice(start, Math.min(end, start + top)).map((name) => rows.get(name));
      const following = start + top < end ? keys[start + top] : undefined;
      return { rows: found.filter((row) => row !== undefined), next: following?.slice(partition.length) };
    },
    transact: async (partition, operations) => {
      checkTransaction(operations);
      operations.forEach((operation, failedIndex) => {
        const code = findProblem(operation, rows.get(nameOf(partition, operation.rowKey)));
        if (code !== undefined) throw new AppError(code, `Refused: ${operation.rowKey}`, { failedIndex });
      });
      return operations.map((operation) => apply(partition, operation));
    },
  };
}

/** One client of a table that others use too. */
export function countRequests(table: Table): ScenarioTable {
  let count = 0;
  const counted = async <T>(answer: Promise<T>): Promise<T> => {
    count += 1;
    return answer;
  };
  return {
    table: {
      serviceTime: table.serviceTime,
      get: (...query) => counted(table.get(...query)),
      list: (...query) => counted(table.list(...query)),
      transact: (...query) => counted(table.transact(...query)),
    },
    requests: () => count,
  };
}

function findProblem(operation: RowOperation, row: StoredRow | undefined): ErrorCode | undefined {
  if (operation.kind === 'insert') return row === undefined ? undefined : 'row-exists';
  if (operation.kind === 'upsert') return undefined;
  if (row === undefined) return 'row-missing';
  return operation.ifMatch === undefined || operation.ifMatch === row.etag ? undefined : 'precondition-failed';
}

/** Place of the first key that is not below `key`. */
function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
