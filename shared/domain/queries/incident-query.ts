import { encodeCursor, readCursor } from '../requests/cursor.ts';
import { badValue, readQueryParameters } from '../requests/query-parameters.ts';
import type { JsonValue } from '../values/json-value.ts';
import { CSV_TIMES, type CsvTimes } from '../views/incident-csv.ts';
import {
  filterIdentity,
  INCIDENT_FILTER_PARAMETERS,
  readIncidentFilter,
  type IncidentFilter,
} from './incident-filter.ts';
import { LIST_START, readListMark, type ListMark } from './list-position.ts';

export interface IncidentQuery {
  filter: IncidentFilter;
  pageSize: number;
  start: ListMark;
  format: (typeof FORMATS)[number];
  /** How CSV writes times. */
  times: CsvTimes;
  /** Every page at once. */
  isWhole: boolean;
}

const FORMATS = ['json', 'csv'] as const;

const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };
const WHOLE_PAGE_SIZE = { ...PAGE_SIZE, fallback: 500 };

const PARAMETERS = [...INCIDENT_FILTER_PARAMETERS, 'format', 'times', 'all', 'pageSize', 'cursor'] as const;

/** The query string of `GET /incidents`, and what its caller accepts. */
export function readIncidentQuery(query: Iterable<[string, string]>, accept: string | null = null): IncidentQuery {
  const parameters = readQueryParameters(query, PARAMETERS);
  const filter = readIncidentFilter(parameters);
  const cursor = parameters.text('cursor');
  const format = parameters.word('format', FORMATS) ?? (accept?.includes('text/csv') === true ? 'csv' : 'json');
  const isWhole = parameters.flag('all') ?? false;
  const times = parameters.word('times', CSV_TIMES);
  if (times !== undefined && format === 'json') throw badValue('times', times, 'it is for CSV only: add format=csv');
  if (isWhole && format === 'json') throw badValue('all', 'true', 'it is for CSV only: add format=csv');
  return {
    filter,
    pageSize: parameters.integer('pageSize', isWhole ? WHOLE_PAGE_SIZE : PAGE_SIZE),
    start: cursor === undefined ? LIST_START : listMarkAt(filter, cursor),
    format,
    times: times ?? 'exact',
    isWhole,
  };
}

/** Where a cursor of this list goes on. */
export function listMarkAt(filter: IncidentFilter, cursor: string): ListMark {
  return readListMark(readCursor(cursor, identityOf(filter)));
}

export function toIncidentCursor(filter: IncidentFilter, { position, continuations }: ListMark): string {
  return encodeCursor(identityOf(filter), [position, continuations]);
}

const identityOf = (filter: IncidentFilter): JsonValue => ['incidents', filterIdentity(filter)];
