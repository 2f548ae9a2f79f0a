import { badCursor } from '../requests/cursor.ts';
import { changeLogRange, listRange, tenantListRange } from '../rows/row-keys.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { RowRange } from '../values/table-row.ts';
import { SHARDS, shardOf, type TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';

/**
 * One range of rows with its own position: feed, open list, change log or a part of the index of one shard, or one tenant's own
 * list.
 */
export type ListStream =
  | { kind: 'F' | 'O' | 'C'; id: string; shard: string }
  | { kind: 'U'; id: string; shard: string; tenantId: TenantId }
  | { kind: 'E'; id: string; shard: string; range: RowRange };

/**
 * The position of a row in every list, `{inverted lastUpdate}!{tenantId}!{encoded incidentId}`: the part that the keys of feed,
 * open list and tenant lists have in common, so that a position reached in one of them is a position in all. In the change log
 * the time is that of storing, not inverted. `''` is before all rows.
 */
export type ListPosition = string;

/** Where a merged list has been read to, in every stream. */
export interface ListMark {
  position: ListPosition;
  /** By stream id: the service's continuation where a stream had no row behind `position` up to there; `''` when it has none at all. */
  continuations: Record<string, string>;
}

export const LIST_START: ListMark = { position: '', continuations: {} };

const TENANT_ID_CHARS = 36;
const POSITION = /^\d{19}![0-9a-f-]{36}![A-Za-z0-9._=~-]{1,200}$/;

export function shardStreams(kind: 'F' | 'O' | 'C', shards: readonly string[] = SHARDS): ListStream[] {
  return shards.map((shard) => ({ kind, id: `${kind}${shard}`, shard }));
}

export function tenantStream(tenantId: TenantId): ListStream {
  return { kind: 'U', id: tenantId, shard: shardOf(tenantId), tenantId };
}

/** In the index a position is all of a row's key: the value comes before the time. */
export function indexStream(shard: string, range: RowRange): ListStream {
  return { kind: 'E', id: `E${shard}`, shard, range };
}

function isListPosition(text: unknown): text is ListPosition {
  return text === '' || (typeof text === 'string' && POSITION.test(text));
}

export function positionOf(stream: ListStream, rowKey: string): ListPosition {
  if (stream.kind !== 'U') return rowKey.slice(2);
  const rest = rowKey.slice(2 + TENANT_ID_CHARS + 1);
  const end = rest.indexOf('!');
  return `${rest.slice(0, end)}!${stream.tenantId}${rest.slice(end)}`;
}

/** The stream's rows with a time in [since, before) behind `position`. */
export function rangeAfter(stream: ListStream, since: Ticks, before: Ticks, position: ListPosition): RowRange {
  const range = wholeRange(stream, since, before);
  if (position === '') return range;
  const from = stream.kind === 'U' ? tenantKeyAfter(stream.tenantId, position) : `${stream.kind}!${position}!`;
  return { from: from > range.from ? from : range.from, to: range.to };
}

function wholeRange(stream: ListStream, since: Ticks, before: Ticks): RowRange {
  if (stream.kind === 'E') return stream.range;
  if (stream.kind === 'U') return tenantListRange(stream.tenantId, since, before);
  return stream.kind === 'C' ? changeLogRange(since, before) : listRange(stream.kind, since, before);
}

/** `!` sorts before and `"` after whatever follows a key's part, so `key!` is the first key behind `key`. */
function tenantKeyAfter(tenantId: TenantId, position: ListPosition): string {
  const [at = '', reachedTenant = '', reachedId = ''] = position.split('!');
  const prefix = `U!${tenantId}!${at}`;
  if (tenantId === reachedTenant) return `${prefix}!${reachedId}!`;
  return tenantId > reachedTenant ? `${prefix}!` : `${prefix}"`;
}

const MAX_CONTINUATIONS = 16;

const INDEX_POSITION = /^[A-Za-z0-9._=~-]{1,200}!\d{19}![0-9a-f-]{36}![A-Za-z0-9._=~-]{1,200}(?:!\d{1,9})?$/;

export function isIndexPosition(text: unknown): text is ListPosition {
  return text === '' || (typeof text === 'string' && INDEX_POSITION.test(text));
}

/** The mark in a cursor, `[position, continuations]`. */
export function readListMark(
  value: JsonValue | undefined,
  isPosition: (text: unknown) => text is ListPosition = isListPosition,
): ListMark {
  const [position, continuations] = Array.isArray(value) ? value : [];
  if (!isPosition(position) || !isTextMap(continuations)) throw badCursor('it has no position of this list');
  return { position, continuations };
}

function isTextMap(value: JsonValue | undefined): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const texts = Object.values(value);
  return texts.length <= MAX_CONTINUATIONS && texts.every((text) => typeof text === 'string');
}
