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

/**
 * A delete with `ifMatch` is alone in its transaction. `insert` fails with `row-exists`; `replace`, `merge` and `delete` with
 * `row-missing`; `upsert` replaces or inserts.
 */
export type RowOperation =
  | { kind: 'insert'; rowKey: string; properties: RowProperties }
  | { kind: 'upsert'; rowKey: string; properties: RowProperties }
  | { kind: 'replace' | 'merge'; rowKey: string; properties: RowProperties; ifMatch?: string }
  | { kind: 'delete'; rowKey: string; ifMatch?: string };

export interface RowRange {
  /** Inclusive. */
  from: string;
  /** Exclusive. */
  to: string;
}
