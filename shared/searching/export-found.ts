import type { SearchQuery } from '../domain/queries/search-query.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import type { Coverage } from '../domain/views/coverage.ts';
import { csvFileName } from '../domain/views/csv-file-name.ts';
import { toSearchCsv } from '../domain/views/found-csv.ts';
import type { SearchedPlace } from '../domain/views/search-view.ts';
import { toBlindHeader, toSilentHeader } from '../querying/export-incidents.ts';
import type { QueryDeps } from '../querying/query-incidents.ts';
import { searchIncidents } from './search-incidents.ts';

export interface FoundExport {
  headers: Record<string, string>;
  body: string;
}

/** One page of results as CSV; the headers say what was searched. */
export async function exportFound(deps: QueryDeps, query: SearchQuery): Promise<FoundExport> {
  const { incidents, cursor, coverage, searched } = await searchIncidents(deps, query);
  const now = new Date(Date.parse(formatTicks(deps.incidents.serviceTime())));
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${csvFileName(now, ['search'])}"`,
      ...toPlaceHeaders(coverage, searched),
      'x-searched-kinds': searched.kinds.join(' '),
      ...(cursor !== null && { 'x-cursor': cursor }),
    },
    body: toSearchCsv(incidents),
  };
}

/** How complete what was searched is. */
export function toPlaceHeaders(coverage: Coverage, searched: SearchedPlace): Record<string, string> {
  return {
    'x-complete-through': coverage.completeThrough ?? 'never',
    'x-blind-tenants': toBlindHeader(coverage),
    'x-silent-tenants': toSilentHeader(coverage),
    'x-indexed-through': searched.indexedThrough ?? 'never',
    'x-not-indexed-tenants': String(searched.notIndexedCount),
    'x-left-out-incidents': String(searched.leftOutIncidents),
  };
}
