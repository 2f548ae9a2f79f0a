import type { BatchQuery } from '../domain/queries/batch-query.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { csvFileName } from '../domain/views/csv-file-name.ts';
import { toBatchCsv } from '../domain/views/found-csv.ts';
import type { QueryDeps } from '../querying/query-incidents.ts';
import { toPlaceHeaders, type FoundExport } from './export-found.ts';
import { searchBatch } from './search-batch.ts';

/** What is found of each value as CSV: a value that nobody has is a row too. */
export async function exportBatch(deps: QueryDeps, query: BatchQuery): Promise<FoundExport> {
  const { answers, coverage, searched } = await searchBatch(deps, query);
  const now = new Date(Date.parse(formatTicks(deps.incidents.serviceTime())));
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${csvFileName(now, ['batch'], 'search')}"`,
      ...toPlaceHeaders(coverage, searched),
    },
    body: toBatchCsv(answers),
  };
}
