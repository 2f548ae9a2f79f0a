import { badCursor, encodeCursor, readCursor } from '../requests/cursor.ts';
import { readQueryParameters } from '../requests/query-parameters.ts';
import { hasLabel, isOfCustomer } from '../tenants/tenant-record.ts';
import { TENANT_STATUSES } from '../tenants/tenant-state.ts';
import { compareText } from '../values/compare-text.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { KnownTenant } from '../views/coverage.ts';
import { statusOf, type ShownStatus } from '../views/tenant-view.ts';

const SORTS = ['name', 'lag'] as const;
export type TenantSort = (typeof SORTS)[number];

/** What `GET /tenants` selects by and where it goes on. */
export interface TenantQuery {
  status: readonly ShownStatus[] | undefined;
  customer: string | undefined;
  label: string | undefined;
  /** Part of the name, the customer, a label or the id. */
  q: string | undefined;
  sort: TenantSort;
  pageSize: number;
  after: SortKey | undefined;
}

/** The position of a tenant: its sort key, then its id. */
export type SortKey = readonly [string, string];

const PARAMETERS = ['status', 'customer', 'label', 'q', 'sort', 'pageSize', 'cursor'] as const;
const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };

export function readTenantQuery(query: Iterable<[string, string]>): TenantQuery {
  const parameters = readQueryParameters(query, PARAMETERS);
  const selection: Omit<TenantQuery, 'after'> = {
    status: parameters.words('status', [...TENANT_STATUSES, 'paused']),
    customer: parameters.text('customer'),
    label: parameters.text('label'),
    q: parameters.text('q')?.toLowerCase(),
    sort: parameters.word('sort', SORTS) ?? 'name',
    pageSize: parameters.integer('pageSize', PAGE_SIZE),
  };
  const cursor = parameters.text('cursor');
  return {
    ...selection,
    after: cursor === undefined ? undefined : readSortKey(readCursor(cursor, identityOf(selection))),
  };
}

export function toTenantCursor(query: TenantQuery, last: KnownTenant): string {
  return encodeCursor(identityOf(query), [...sortKeyOf(last, query.sort)]);
}

function identityOf({ status, customer, label, q, sort }: Omit<TenantQuery, 'after'>): JsonValue {
  return ['tenants', status === undefined ? null : [...status], customer ?? null, label ?? null, q ?? null, sort];
}

function readSortKey(value: JsonValue): SortKey {
  const [key, tenantId] = Array.isArray(value) ? value : [];
  if (typeof key !== 'string' || typeof tenantId !== 'string') throw badCursor('it has no position of this list');
  return [key, tenantId];
}

const TICK_DIGITS = 19;

/** By name: nameless tenants come last. By lag: the longest first, before all those that were never read whole. */
export function sortKeyOf({ tenantId, record, state }: KnownTenant, sort: TenantSort): SortKey {
  if (sort === 'lag') return [(state?.completeThrough ?? 0n).toString().padStart(TICK_DIGITS, '0'), tenantId];
  return [record?.displayName?.toLowerCase() ?? '\uffff', tenantId];
}

export function compareSortKeys(a: SortKey, b: SortKey): number {
  return compareText(a[0], b[0]) || compareText(a[1], b[1]);
}

export function matchesTenant(
  { status, customer, label, q }: TenantQuery,
  { tenantId, record, state }: KnownTenant,
): boolean {
  const shown = statusOf({ state });
  const texts = [tenantId, record?.displayName ?? '', record?.customer ?? '', ...(record?.labels ?? [])];
  return (
    (status?.includes(shown) ?? true) &&
    (customer === undefined || (record !== undefined && isOfCustomer(record, customer))) &&
    (label === undefined || (record !== undefined && hasLabel(record, label))) &&
    (q === undefined || texts.some((text) => text.toLowerCase().includes(q)))
  );
}
