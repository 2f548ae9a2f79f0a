import type { RowOperation, RowRange, StoredRow } from '../domain/values/table-row.ts';
import type { Ticks } from '../domain/values/ticks.ts';

/** A request ends within this, the adapter's own retries included: below the 30 s after which a commit counts as late. */
export const LONGEST_REQUEST_MS = 25_000;

export interface ListOptions {
  /** Most rows of one response, 1 to 1,000 (default). */
  top?: number;
  /** Properties to bring; the row key and the ETag always come. */
  select?: readonly string[];
  /** `next` of the page before. */
  next?: string;
}

export interface RowPage {
  rows: StoredRow[];
  /** Where to go on; a page may be short or empty while this is set. */
  next: string | undefined;
}

/**
 * One Azure table. Each call is one storage request (the adapter's own retries apart). Failures are `AppError`s: `row-exists`
 * (409), `row-missing` (404), `precondition-failed` (412), with `failedIndex`; `storage-unclear` (time-out, reset, 5xx: a write
 * may or may not have happened; retriable); `storage-not-prepared` (there is no such table); `storage-refused` (any other
 * response).
 */
export interface Table {
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  list(partitionKey: string, range: RowRange, options?: ListOptions): Promise<RowPage>;
  /**
   * All or nothing: 1 to 100 operations on different rows of one partition. Returns the new ETags by index (none for deletes).
   */
  transact(partitionKey: string, operations: readonly RowOperation[]): Promise<(string | undefined)[]>;
  /** The storage service's clock: the last response's `Date` plus the monotonic time since, never backwards. */
  serviceTime(): Ticks;
}
