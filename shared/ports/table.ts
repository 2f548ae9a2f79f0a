import type { Ticks } from '../domain/ticks.ts';

export type TableValue = string | number | boolean | bigint | Uint8Array;

/** A row's own properties. `number` is Int32 or Double, `bigint` is Int64, `Uint8Array` is Binary (at most 64 KiB). */
export type RowProperties = Record<string, TableValue>;

export interface StoredRow {
  rowKey: string;
  etag: string;
  properties: RowProperties;
  /** When the service last wrote the row, by its own clock, in ms since 1970. */
  writtenAtMs: number;
}

/** `insert` fails with `row-exists`, `replace`, `merge` and `delete` with `row-missing`; `upsert` replaces or inserts. */
export type RowOperation =
  | { kind: 'insert' | 'upsert'; rowKey: string; properties: RowProperties }
  | { kind: 'replace' | 'merge'; rowKey: string; properties: RowProperties; ifMatch?: string }
  | { kind: 'delete'; rowKey: string; ifMatch?: string };

export interface RowRange {
  /** Inclusive. */
  from: string;
  /** Exclusive. */
  to: string;
}

/**
 * One Azure table. Failures are `AppError`s: `row-exists` (409), `row-missing` (404), `precondition-failed` (412), each with
 * `failedIndex` in a transaction; `storage-unclear` (time-out, reset, 5xx: the write may or may not have happened; retriable);
 * `storage-refused` (400, 403, …).
 */
export interface Table {
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  /** One storage request: up to `top` rows in row-key order, and where to go on. A page may be short or empty with `next` set. */
  list(
    partitionKey: string,
    range: RowRange,
    options?: { top?: number; select?: readonly string[]; next?: string },
  ): Promise<{ rows: StoredRow[]; next: string | undefined }>;
  /** All or nothing, 1 to 100 operations on different rows of one partition. Answers the new ETags by index (none for deletes). */
  transact(partitionKey: string, operations: readonly RowOperation[]): Promise<(string | undefined)[]>;
  /** The storage service's clock: the last answer's `Date` plus the monotonic time since, never backwards. */
  serviceTime(): Ticks;
}
