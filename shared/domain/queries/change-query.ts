import { SEVERITIES } from '../incidents/incident.ts';
import { badCursor, encodeCursor, readCursor } from '../requests/cursor.ts';
import { badValue, readQueryParameters, type QueryParameters } from '../requests/query-parameters.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, readTicks, TICKS_PER_DAY, TICKS_PER_MINUTE, type Ticks } from '../values/ticks.ts';
import { SEVERITY_WORDS } from './incident-filter.ts';
import { LIST_START, readListMark, type ListMark } from './list-position.ts';

/** What `GET /changes` selects by. */
export interface ChangeFilter {
  since: Ticks;
  tenantId: TenantId | undefined;
  customer: string | undefined;
  severity: readonly string[] | undefined;
  /** Incidents of before `since` that a first read has found are counted instead of listed. */
  foldsFirstReads: boolean;
}

export interface ChangeQuery {
  filter: ChangeFilter;
  pageSize: number;
  start: ListMark;
  /** Up to where the first page of this list looked; later ones stay within it. */
  through: Ticks | undefined;
}

const PARAMETERS = ['since', 'tenantId', 'customer', 'severity', 'foldFirstReads', 'pageSize', 'cursor'] as const;
const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };
/** How long the log is kept: a request for an earlier time would miss entries without a sign. */
const KEPT_DAYS = 90n;
/** A caller's clock may be ahead of the service's. */
const CLOCKS_APART = 5n * TICKS_PER_MINUTE;

/** The query string of `GET /changes`; `now` is the storage service's time. */
export function readChangeQuery(query: Iterable<[string, string]>, now: Ticks): ChangeQuery {
  const parameters = readQueryParameters(query, PARAMETERS);
  const cursor = parameters.text('cursor');
  const filter = {
    since: readSince(parameters, cursor === undefined ? now : undefined),
    tenantId: parameters.tenantId('tenantId'),
    customer: parameters.text('customer'),
    severity: parameters.words('severity', SEVERITY_WORDS),
    foldsFirstReads: parameters.flag('foldFirstReads') ?? false,
  };
  const pageSize = parameters.integer('pageSize', PAGE_SIZE);
  if (cursor === undefined) return { filter, pageSize, start: LIST_START, through: undefined };
  return { filter, pageSize, ...readPlace(readCursor(cursor, identityOf(filter))) };
}

export function toChangeCursor(filter: ChangeFilter, through: Ticks, { position, continuations }: ListMark): string {
  return encodeCursor(identityOf(filter), [formatTicks(through), [position, continuations]]);
}

/** A list that was begun in time may be read to its end. */
function readSince(parameters: QueryParameters, now: Ticks | undefined): Ticks {
  const since = parameters.time('since');
  const text = parameters.text('since') ?? '';
  if (since === undefined) throw badValue('since', text, 'it must be given, as an ISO 8601 time');
  if (now !== undefined && (since < now - KEPT_DAYS * TICKS_PER_DAY || since > now + CLOCKS_APART))
    throw badValue('since', text, `it must lie in the last ${KEPT_DAYS} days`);
  return since;
}

function readPlace(value: JsonValue): { start: ListMark; through: Ticks } {
  const [throughText, mark] = Array.isArray(value) ? value : [];
  const through = readTicks(throughText);
  if (through === undefined) throw badCursor('it has no position of this list');
  return { start: readListMark(mark), through };
}

function identityOf({ since, tenantId, customer, severity, foldsFirstReads }: ChangeFilter): JsonValue {
  const names = [tenantId ?? null, customer ?? null, severity?.join() ?? null];
  return ['changes', since.toString(), ...names, ...(foldsFirstReads ? ['foldFirstReads'] : [])];
}

export function isOfSeverity({ severity }: ChangeFilter, value: string): boolean {
  return severity === undefined || severity.includes(SEVERITIES.find((known) => known === value) ?? 'other');
}
