import { encodeCursor, readCursor } from './cursor.ts';
import {
  filterIdentity,
  INCIDENT_FILTER_PARAMETERS,
  readIncidentFilter,
  type IncidentFilter,
} from './incident-filter.ts';
import type { JsonValue } from './incident.ts';
import { LIST_START, readListMark, type ListMark } from './list-position.ts';
import { readQueryParameters } from './query-parameters.ts';

export interface IncidentQuery {
  filter: IncidentFilter;
  pageSize: number;
  start: ListMark;
}

const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };

/** The query string of `GET /incidents`. */
export function readIncidentQuery(query: Iterable<[string, string]>): IncidentQuery {
  const parameters = readQueryParameters(query, [...INCIDENT_FILTER_PARAMETERS, 'pageSize', 'cursor']);
  const filter = readIncidentFilter(parameters);
  const cursor = parameters.text('cursor');
  return {
    filter,
    pageSize: parameters.integer('pageSize', PAGE_SIZE),
    start: cursor === undefined ? LIST_START : readListMark(readCursor(cursor, identityOf(filter))),
  };
}

export function toIncidentCursor(filter: IncidentFilter, { position, continuations }: ListMark): string {
  return encodeCursor(identityOf(filter), [position, continuations]);
}

const identityOf = (filter: IncidentFilter): JsonValue => ['incidents', filterIdentity(filter)];
