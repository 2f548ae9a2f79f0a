import { ROW_VERSION } from '../rows/incident-rows.ts';
import { textColumn } from '../rows/row-columns.ts';
import type { RowProperties, StoredRow } from '../values/table-row.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';

/** What a tenant's rows are called in the report on its erasure, by the first letter of their keys. */
export const ROW_KINDS = {
  I: 'incidents',
  A: 'alerts',
  H: 'history',
  F: 'feed',
  O: 'openList',
  U: 'tenantList',
  C: 'changeLog',
  E: 'index',
} as const;
export type RowKind = (typeof ROW_KINDS)[keyof typeof ROW_KINDS];
export type ErasedRows = Record<RowKind, number>;

export const NOTHING_ERASED: ErasedRows = {
  incidents: 0,
  alerts: 0,
  history: 0,
  feed: 0,
  openList: 0,
  tenantList: 0,
  changeLog: 0,
  index: 0,
};

/** Where a pass through a purged tenant's rows goes on. */
export interface PurgePosition {
  /** How many stages of the pass are done. */
  stage: number;
  /** Row key of the present stage up to which everything is erased; empty at its beginning. */
  from: string;
  /** Rows that this pass has found so far: one that finds none is the last. */
  found: number;
}

export const FIRST_POSITION: PurgePosition = { stage: 0, from: '', found: 0 };

/** A purge under way, in the state row. */
export interface PurgeProgress {
  startedAt: Ticks;
  erased: ErasedRows;
  /** Absent before the first run, and in what a version before has written. */
  position?: PurgePosition;
}

/** The count with these rows, which one transaction deletes. */
export function countErased(erased: ErasedRows, rowKeys: readonly string[]): ErasedRows {
  const counts = { ...erased };
  for (const rowKey of rowKeys) {
    const kind = Object.entries(ROW_KINDS).find(([letter]) => rowKey.startsWith(`${letter}!`))?.[1];
    if (kind !== undefined) counts[kind] += 1;
  }
  return counts;
}

/** What is remembered of a tenant whose rows are erased: counts and times, no customer content. Times are ISO 8601 UTC. */
export interface Erasure {
  tenantId: TenantId;
  startedAt: string;
  erasedAt: string;
  erased: ErasedRows;
  /** Rows that the last count has found. */
  remaining: number;
  /** Whether Entra still issues a token for the tenant; `null` while it is unknown. */
  accessStillPossible: boolean | null;
  accessCheckedAt: string | null;
}

export function toErasureRow(erasure: Erasure): RowProperties {
  const { erased, startedAt, erasedAt, remaining, accessStillPossible, accessCheckedAt } = erasure;
  return {
    v: ROW_VERSION,
    at: erasedAt,
    startedAt,
    remaining,
    erased: JSON.stringify(erased),
    ...(accessStillPossible !== null && { accessStillPossible }),
    ...(accessCheckedAt !== null && { accessCheckedAt }),
  };
}

/** `undefined` for a row whose key is no tenant id. */
export function readErasureRow({ rowKey, properties }: StoredRow): Erasure | undefined {
  const tenantId = readTenantId(rowKey);
  if (tenantId === undefined) return undefined;
  const counts: unknown = JSON.parse(textColumn(properties, 'erased') ?? '{}');
  const access = properties['accessStillPossible'];
  return {
    tenantId,
    startedAt: textColumn(properties, 'startedAt') ?? textColumn(properties, 'at') ?? '',
    erasedAt: textColumn(properties, 'at') ?? '',
    erased: { ...NOTHING_ERASED, ...(typeof counts === 'object' ? counts : {}) },
    remaining: Number(properties['remaining'] ?? 0),
    accessStillPossible: typeof access === 'boolean' ? access : null,
    accessCheckedAt: textColumn(properties, 'accessCheckedAt'),
  };
}
