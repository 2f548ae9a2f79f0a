import { listMarkAt, type IncidentQuery } from '../domain/queries/incident-query.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import type { Coverage } from '../domain/views/coverage.ts';
import { csvFileName } from '../domain/views/csv-file-name.ts';
import { toIncidentCsv } from '../domain/views/incident-csv.ts';
import { queryIncidents, type IncidentList, type QueryDeps } from './query-incidents.ts';

export interface IncidentExport {
  headers: Record<string, string>;
  /** A reading that fails later makes it throw: the receiver's connection breaks off, so no cut list looks whole. */
  parts: AsyncGenerator<Uint8Array>;
}

/** Incidents as CSV: one page, or all with one page in memory. The first is read at once, so that what is wrong gets a status. */
export async function exportIncidents(deps: QueryDeps, query: IncidentQuery): Promise<IncidentExport> {
  const first = await queryIncidents(deps, query);
  const now = new Date(Date.parse(formatTicks(deps.incidents.serviceTime())));
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${csvFileName(now, wordsOf(query))}"`,
      'x-complete-through': first.coverage.completeThrough ?? 'never',
      'x-blind-tenants': toBlindHeader(first.coverage),
      'x-silent-tenants': toSilentHeader(first.coverage),
      ...(first.cursor !== null && !query.isWhole && { 'x-cursor': first.cursor }),
    },
    parts: writeParts(deps, query, first),
  };
}

async function* writeParts(deps: QueryDeps, query: IncidentQuery, first: IncidentList): AsyncGenerator<Uint8Array> {
  const { times } = query;
  yield Buffer.from(toIncidentCsv(first.incidents, { isFirstPart: true, times }));
  for (let page = first; query.isWhole && page.cursor !== null;) {
    page = await queryIncidents(deps, { ...query, start: listMarkAt(query.filter, page.cursor) });
    if (page.incidents.length > 0) yield Buffer.from(toIncidentCsv(page.incidents, { isFirstPart: false, times }));
  }
}

/** The filters, for the name of the file. */
function wordsOf({ filter }: IncidentQuery): string[] {
  const { tenantId, customer, label, status = [], severity = [], open, assignedTo } = filter;
  const state = open === undefined ? [] : [open ? 'open' : 'closed'];
  return [...state, ...severity, ...status, ...[customer, label, assignedTo, tenantId].flatMap((word) => word ?? [])];
}

/** `2: {tenantId} {code}, {tenantId} {code}`; the names may hold characters that no header may. */
export function toBlindHeader({ blindCount, blind }: Coverage): string {
  const shown = blind.map(({ tenantId, code }) => `${tenantId} ${code}`).join(', ');
  return blindCount === 0 ? '0' : `${blindCount}: ${shown}`;
}

/** `2: {tenantId}, {tenantId}`. */
export function toSilentHeader({ silentCount, silent }: Coverage): string {
  return silentCount === 0 ? '0' : `${silentCount}: ${silent.map(({ tenantId }) => tenantId).join(', ')}`;
}
