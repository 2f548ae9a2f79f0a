import type { SearchQuery } from '../domain/queries/search-query.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { csvFileName } from '../domain/views/csv-file-name.ts';
import { toSearchCsv } from '../domain/views/search-csv.ts';
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
      'x-complete-through': coverage.completeThrough ?? 'never',
      'x-blind-tenants': toBlindHeader(coverage),
      'x-silent-tenants': toSilentHeader(coverage),
      'x-indexed-through': searched.indexedThrough ?? 'never',
      'x-not-indexed-tenants': String(searched.notIndexedCount),
      'x-searched-kinds': searched.kinds.join(' '),
      ...(cursor !== null && { 'x-cursor': cursor }),
    },
    body: toSearchCsv(incidents),
  };
}
