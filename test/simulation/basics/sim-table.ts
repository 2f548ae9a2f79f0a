import { checkTransaction } from '../../../shared/domain/rows/row-limits.ts';
import type { RowOperation, RowProperties, StoredRow } from '../../../shared/domain/values/table-row.ts';
import { msFromTicks, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import type { Table } from '../../../shared/ports/table.ts';

/** One applied change of one row, as observers see it. */
export interface AppliedChange {
  rowKey: string;
  before: RowProperties | undefined;
  after: RowProperties | undefined;
}

/** Sees every applied transaction, with the name of the machine that sent it. */
export type TableObserver = (partition: string, changes: readonly AppliedChange[], author: string) => void;

/** The table service's own state: linearisable per partition, ETags, all-or-nothing transactions, rows in key order. */
export interface TableState {
  get(partition: string, rowKey: string): StoredRow | undefined;
  list(partition: string, from: string, to: string, top: number): StoredRow[];
  apply(partition: string, operations: readonly RowOperation[], nowMs: number, author?: string): (string | undefined)[];
  rows(): { partition: string; rowKey: string; properties: RowProperties }[];
  onApplied(observer: TableObserver): void;
}

interface Partition {
  rows: Map<string, StoredRow>;
  keys: string[];
}

const MAX_PAGE_ROWS = 1_000;

export function createTableState(): TableState {
  const partitions = new Map<string, Partition>();
  const observers: TableObserver[] = [];
  let version = 0;

  function partitionOf(name: string): Partition {
    const known = partitions.get(name);
    if (known !== undefined) return known;
    const made: Partition = { rows: new Map(), keys: [] };
    partitions.set(name, made);
    return made;
  }

  function write(partition: Partition, operation: RowOperation, nowMs: number): AppliedChange & { etag?: string } {
    const { rowKey } = operation;
    const before = partition.rows.get(rowKey)?.properties;
    if (operation.kind === 'delete') {
      partition.rows.delete(rowKey);
      partition.keys.splice(position(partition.keys, rowKey), 1);
      return { rowKey, before, after: undefined };
    }
    // Rows are handed out as they are: one that a caller changes afterwards is a bug, and frozen it shows.
    const after = Object.freeze(
      operation.kind === 'merge' ? { ...before, ...operation.properties } : operation.properties,
    );
    version += 1;
    const etag = `W/"${version}"`;
    if (before === undefined) partition.keys.splice(position(partition.keys, rowKey), 0, rowKey);
    partition.rows.set(rowKey, { rowKey, properties: after, etag, writtenAtMs: nowMs });
    return { rowKey, before, after, etag };
  }

  return {
    get: (name, rowKey) => partitionOf(name).rows.get(rowKey),
    list: (name, from, to, top) => {
      const { keys, rows } = partitionOf(name);
      const found: StoredRow[] = [];
      for (let at = position(keys, from); at < keys.length && found.length < top; at += 1) {
        const key = keys[at] ?? '';
        if (key >= to) break;
        const row = rows.get(key);
        if (row !== undefined) found.push(row);
      }
      return found;
    },
    apply: (name, operations, nowMs, author = '') => {
      checkTransaction(operations);
      const partition = partitionOf(name);
      operations.forEach((operation, index) => {
        check(partition, operation, index);
      });
      const changes = operations.map((operation) => write(partition, operation, nowMs));
      for (const observer of observers) observer(name, changes, author);
      return changes.map(({ etag }) => etag);
    },
    rows: () =>
      [...partitions].flatMap(([partition, { keys, rows }]) =>
        keys.map((rowKey) => ({ partition, rowKey, properties: rows.get(rowKey)?.properties ?? {} })),
      ),
    onApplied: (observer) => {
      observers.push(observer);
    },
  };
}

/** The table as a client without faults sees it; every write is of the moment that `serviceTime` says. */
export function asTable(state: TableState, serviceTime: () => Ticks): Table {
  return {
    serviceTime,
    get: async (partition, rowKey) => state.get(partition, rowKey),
    list: async (partition, { from, to }, { top = MAX_PAGE_ROWS, next } = {}) => {
      const rows = state.list(partition, next ?? from, to, top + 1);
      return { rows: rows.slice(0, top), next: rows[top]?.rowKey };
    },
    transact: async (partition, operations) => state.apply(partition, operations, msFromTicks(serviceTime())),
  };
}

/** Index of the first key that is not below `key`. */
function position(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function check(partition: Partition, operation: RowOperation, index: number): void {
  const row = partition.rows.get(operation.rowKey);
  if (operation.kind === 'insert' && row !== undefined) refuse('row-exists', index);
  if (operation.kind === 'upsert' || operation.kind === 'insert') return;
  if (row === undefined) return refuse('row-missing', index);
  if (operation.ifMatch !== undefined && operation.ifMatch !== row.etag) refuse('precondition-failed', index);
}

function refuse(code: ErrorCode, index: number): never {
  throw new AppError(code, `Refused by the simulated table: operation ${index}`, {
    failedIndex: index,
  });
}
