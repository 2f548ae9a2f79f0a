import type { CampaignQuery } from '../domain/queries/campaign-query.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { toCampaignCsv } from '../domain/views/found-csv.ts';
import { csvFileName } from '../domain/views/csv-file-name.ts';
import type { QueryDeps } from '../querying/query-incidents.ts';
import { toPlaceHeaders } from '../searching/export-found.ts';
import { listCampaigns } from './list-campaigns.ts';

export interface CampaignExport {
  headers: Record<string, string>;
  body: string;
}

/** One page of campaigns as CSV; the headers say how far it can be believed. */
export async function exportCampaigns(deps: QueryDeps, query: CampaignQuery): Promise<CampaignExport> {
  const { campaigns, cursor, through, leftOut, coverage, searched } = await listCampaigns(deps, query);
  const now = new Date(Date.parse(formatTicks(deps.incidents.serviceTime())));
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${csvFileName(now, [], 'campaigns')}"`,
      'x-through': through ?? 'never',
      'x-left-out': leftOut.map(({ reason, count }) => `${reason} ${count}`).join(', ') || '0',
      ...toPlaceHeaders(coverage, searched),
      ...(cursor !== null && { 'x-cursor': cursor }),
    },
    body: toCampaignCsv(campaigns),
  };
}
