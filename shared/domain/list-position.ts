import { listRange, tenantListRange } from './row-keys.ts';
import type { RowRange } from './table-row.ts';
import { SHARDS, shardOf, type TenantId } from './tenant-id.ts';
import type { Ticks } from './ticks.ts';

/** One range of list rows that is read by itself: the feed or the open list of one shard, or one tenant's own list. */
export type ListStream =
  { kind: 'F' | 'O'; id: string; shard: string } | { kind: 'U'; id: string; shard: string; tenantId: TenantId };

/**
 * Where a row stands in every list, `{inverted lastUpdate}!{tenantId}!{encoded incidentId}`: the part that the keys of feed, open
 * list and tenant lists have in common, so that a position reached in one of them is a position in all. `''` is before all rows.
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

export function feedStreams(kind: 'F' | 'O', shards: readonly string[] = SHARDS): ListStream[] {
  return shards.map((shard) => ({ kind, id: `${kind}${shard}`, shard }));
}

export function tenantStream(tenantId: TenantId): ListStream {
  return { kind: 'U', id: tenantId, shard: shardOf(tenantId), tenantId };
}

export function isListPosition(text: unknown): text is ListPosition {
  return text === '' || (typeof text === 'string' && POSITION.test(text));
}

export function positionOf(stream: ListStream, rowKey: string): ListPosition {
  if (stream.kind !== 'U') return rowKey.slice(2);
  const rest = rowKey.slice(2 + TENANT_ID_CHARS + 1);
  const end = rest.indexOf('!');
  return `${rest.slice(0, end)}!${stream.tenantId}${rest.slice(end)}`;
}

/** The stream's rows with an update time in [since, before) that stand behind `position`. */
export function rangeAfter(stream: ListStream, since: Ticks, before: Ticks, position: ListPosition): RowRange {
  const range =
    stream.kind === 'U' ? tenantListRange(stream.tenantId, since, before) : listRange(stream.kind, since, before);
  if (position === '') return range;
  const from = stream.kind === 'U' ? tenantKeyAfter(stream.tenantId, position) : `${stream.kind}!${position}!`;
  return { from: from > range.from ? from : range.from, to: range.to };
}

/** `!` sorts before and `"` after whatever follows a key's part, so `key!` is the first key behind `key`. */
function tenantKeyAfter(tenantId: TenantId, position: ListPosition): string {
  const [at = '', reachedTenant = '', reachedId = ''] = position.split('!');
  const prefix = `U!${tenantId}!${at}`;
  if (tenantId === reachedTenant) return `${prefix}!${reachedId}!`;
  return tenantId > reachedTenant ? `${prefix}!` : `${prefix}"`;
}
