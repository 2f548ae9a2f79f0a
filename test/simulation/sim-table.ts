import { checkTransaction } from '../../shared/domain/row-limits.ts';
import type { RowOperation, RowProperties, StoredRow } from '../../shared/domain/table-row.ts';
import { AppError } from '../../shared/errors.ts';

interface Row {
  properties: RowProperties;
  etag: string;
  writtenAtMs: number;
}

/** One applied change of one row, as observers see it. */
export interface AppliedChange {
  rowKey: string;
  before: RowProperties | undefined;
  after: RowProperties | undefined;
}

/** The table service's own state: linearisable per partition, ETags, all-or-nothing transactions, rows in key order. */
export interface TableState {
  get(partition: string, rowKey: string): StoredRow | undefined;
  list(partition: string, from: string, to: string, top: number): StoredRow[];
  apply(partition: string, operations: readonly RowOperation[], nowMs: number): (string | undefined)[];
  rows(): { partition: string; rowKey: string; properties: RowProperties }[];
  onApplied(observer: (partition: string, changes: AppliedChange[]) => void): void;
}

interface Partition {
  rows: Map<string, Row>;
  keys: string[];
}

export function createTableState(): TableState {
  const partitions = new Map<string, Partition>();
  const observers: ((partition: string, changes: AppliedChange[]) => void)[] = [];
  let version = 0;

  function partitionOf(name: string): Partition {
    const known = partitions.get(name) ?? { rows: new Map<string, Row>(), keys: [] };
    partitions.set(name, known);
    return known;
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

  function refuse(code: string, index: number): never {
    throw new AppError('collector', code, `Refused by the simulated table: operation ${index}`, { failedIndex: index });
  }

  function check(partition: Partition, operation: RowOperation, index: number): void {
    const row = partition.rows.get(operation.rowKey);
    if (operation.kind === 'insert' && row !== undefined) refuse('row-exists', index);
    if (operation.kind === 'upsert' || operation.kind === 'insert') return;
    if (row === undefined) return refuse('row-missing', index);
    if (operation.ifMatch !== undefined && operation.ifMatch !== row.etag) refuse('precondition-failed', index);
  }

  const toStored = (rowKey: string, row: Row): StoredRow => ({
    rowKey,
    etag: row.etag,
    properties: { ...row.properties },
    writtenAtMs: row.writtenAtMs,
  });

  return {
    get: (name, rowKey) => {
      const row = partitionOf(name).rows.get(rowKey);
      return row === undefined ? undefined : toStored(rowKey, row);
    },
    list: (name, from, to, top) => {
      const { keys, rows } = partitionOf(name);
      const found: StoredRow[] = [];
      for (let at = position(keys, from); at < keys.length && found.length < top; at += 1) {
        const key = keys[at] ?? '';
        if (key >= to) break;
        const row = rows.get(key);
        if (row !== undefined) found.push(toStored(key, row));
      }
      return found;
    },
    apply: (name, operations, nowMs) => {
      checkTransaction(operations);
      const partition = partitionOf(name);
      operations.forEach((operation, index) => {
        check(partition, operation, index);
      });
      const changes: AppliedChange[] = [];
      const etags = operations.map((operation) => {
        const before = partition.rows.get(operation.rowKey)?.properties;
        if (operation.kind === 'delete') {
          partition.rows.delete(operation.rowKey);
          partition.keys.splice(position(partition.keys, operation.rowKey), 1);
          changes.push({ rowKey: operation.rowKey, before, after: undefined });
          return undefined;
        }
        const after = operation.kind === 'merge' ? { ...before, ...operation.properties } : { ...operation.properties };
        version += 1;
        const etag = `W/"${version}"`;
        if (before === undefined)
          partition.keys.splice(position(partition.keys, operation.rowKey), 0, operation.rowKey);
        partition.rows.set(operation.rowKey, { properties: after, etag, writtenAtMs: nowMs });
        changes.push({ rowKey: operation.rowKey, before, after });
        return etag;
      });
      for (const observer of observers) observer(name, changes);
      return etags;
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
