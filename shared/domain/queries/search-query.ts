import { OBSERVABLE_KINDS } from '../observables/observable.ts';
import { FORMATS, readFormat, type CsvOrJson } from '../requests/answer-format.ts';
import { encodeCursor, readCursor } from '../requests/cursor.ts';
import { badValue, readQueryParameters } from '../requests/query-parameters.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';
import { isIndexPosition, LIST_START, readListMark, type ListMark } from './list-position.ts';
import { MAX_QUERY_CHARS, readSought, type Sought } from './sought.ts';

/** Whose incidents are searched, and seen since when. */
export interface SearchScope {
  since: Ticks | undefined;
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label: string | undefined;
}

export interface SearchQuery {
  sought: Sought;
  scope: SearchScope;
  pageSize: number;
  start: ListMark;
  format: CsvOrJson;
}

const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };

const PARAMETERS = ['q', 'kind', 'since', 'tenantId', 'customer', 'label', 'format', 'pageSize', 'cursor'];

/** The query string of `GET /search`, and what its caller accepts. */
export function readSearchQuery(query: Iterable<[string, string]>, accept: string | null = null): SearchQuery {
  const parameters = readQueryParameters(query, PARAMETERS);
  const q = parameters.text('q', MAX_QUERY_CHARS);
  if (q === undefined) throw badValue('q', '', 'it has to be given: what to search for');
  const sought = readSought(q, parameters.word('kind', OBSERVABLE_KINDS));
  const scope: SearchScope = {
    since: parameters.time('since'),
    tenantId: parameters.tenantId('tenantId') ?? sought.tenantId,
    customer: parameters.text('customer'),
    label: parameters.text('label'),
  };
  const cursor = parameters.text('cursor');
  return {
    sought,
    scope,
    pageSize: parameters.integer('pageSize', PAGE_SIZE),
    start:
      cursor === undefined ? LIST_START : readListMark(readCursor(cursor, identityOf(sought, scope)), isIndexPosition),
    format: readFormat(parameters.word('format', FORMATS), accept),
  };
}

export function toSearchCursor({ sought, scope }: SearchQuery, { position, continuations }: ListMark): string {
  return encodeCursor(identityOf(sought, scope), [position, continuations]);
}

function identityOf({ kinds, value, words }: Sought, { since, tenantId, customer, label }: SearchScope): JsonValue {
  const searched: JsonValue[] = ['search', [...kinds], value, [...words]];
  return [...searched, since?.toString() ?? null, tenantId ?? null, customer ?? null, label ?? null];
}
