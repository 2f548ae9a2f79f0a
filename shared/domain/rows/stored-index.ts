import { OBSERVABLE_KINDS, type Observable } from '../observables/observable.ts';
import type { RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, type Ticks } from '../values/ticks.ts';
import { textColumn } from './row-columns.ts';
import { indexKeysAt } from './row-keys.ts';
import { compressIfFits, readGzip, wrapInGzip } from './row-limits.ts';

/** Why an index row leads to its incident. */
export interface Match extends Omit<Observable, 'firstSeen' | 'lastSeen'> {
  firstSeen: string | null;
  lastSeen: string | null;
}

/** What an incident's own row says of the index rows that lead to it. */
export interface StoredIndex {
  createdAt: Ticks;
  /** The rows do not fit one transaction: none counts that is not named here, and what they show is read from the incident. */
  isWide: boolean;
  generation: number;
  /** Encoded value → its row. */
  rows: ReadonlyMap<string, StoredIndexRow>;
  leftOut: number;
}

export interface StoredIndexRow {
  contentHash: string;
  generation: number;
}

/** A row holds a match as a list of values: with names they would be half of what the index takes. */
export type PackedMatch = readonly [
  kind: string,
  value: string,
  alertId: string | null,
  verdict: string | null,
  remediation: string | null,
  firstSeen: string | null,
  lastSeen: string | null,
];

export function readMatches(row: RowProperties): Match[] {
  const json = textColumn(row, 'matches');
  const value: unknown = json === null ? [] : JSON.parse(json);
  // Only our own writer makes this column; its element type is that of the writer.
  return Array.isArray(value) ? (value as PackedMatch[]).flatMap(unpackMatch) : [];
}

/** One of a kind that a later version of ours may know is not shown by this one. */
function unpackMatch([word, value, alertId, verdict, remediation, firstSeen, lastSeen]: PackedMatch): Match[] {
  const kind = OBSERVABLE_KINDS.find((known) => known === word);
  const seen = { firstSeen: unpackSeen(firstSeen), lastSeen: unpackSeen(lastSeen) };
  return kind === undefined ? [] : [{ kind, value, alertId, verdict, remediation, ...seen }];
}

const unpackSeen = (ticks: string | null): string | null => (ticks === null ? null : formatTicks(BigInt(ticks)));

interface PackedIndex {
  createdAt: string;
  isWide: boolean;
  generation: number;
  leftOut: number;
  rows: [encodedValue: string, contentHash: string, generation: number][];
}

/** Up to here what compressing saves is less than the time it takes is worth: it is as much as a twentieth of storing the incident. */
const SMALL_INDEX_CHARS = 4_096;

/** A kilobyte or two for a believable incident; what 340 rows of the longest values need is still one property. */
export function packIndex({ createdAt, isWide, generation, leftOut, rows }: StoredIndex): Uint8Array {
  const packed: PackedIndex = {
    createdAt: createdAt.toString(),
    isWide,
    generation,
    leftOut,
    rows: [...rows].map(([value, row]) => [value, row.contentHash, row.generation]),
  };
  const json = JSON.stringify(packed);
  return json.length <= SMALL_INDEX_CHARS ? wrapInGzip(json) : (compressIfFits(json) ?? new Uint8Array());
}

/** `undefined` for an incident that was stored before there was an index. */
export function unpackIndex(bytes: Uint8Array | undefined): StoredIndex | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  // Only our own writer makes this column.
  const packed = JSON.parse(readGzip(bytes)) as PackedIndex;
  return {
    ...packed,
    createdAt: BigInt(packed.createdAt),
    rows: new Map(packed.rows.map(([value, contentHash, generation]) => [value, { contentHash, generation }])),
  };
}

/** Keys of all rows that lead to an incident. */
export function indexKeysOf(tenantId: TenantId, incidentId: string, { createdAt, rows }: StoredIndex): string[] {
  const toKey = indexKeysAt({ createdAt, tenantId, incidentId });
  return [...rows].map(([value, { generation }]) => toKey(value, generation));
}
