import type { Coverage } from './domain/coverage.ts';
import { toIncidentCsv } from './domain/incident-csv.ts';
import { listMarkAt, type IncidentQuery } from './domain/incident-query.ts';
import { queryIncidents, type IncidentList, type QueryDeps } from './query-incidents.ts';

export interface IncidentExport {
  headers: Record<string, string>;
  /** A reading that fails later makes it throw: the receiver's connection breaks off, so no cut list looks whole. */
  parts: AsyncGenerator<Uint8Array>;
}

/** Incidents as CSV: one page, or all with one page in memory. The first is read at once, so that what is wrong gets a status. */
export async function exportIncidents(deps: QueryDeps, query: IncidentQuery): Promise<IncidentExport> {
  const first = await queryIncidents(deps, query);
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="incidents.csv"',
      'x-complete-through': first.coverage.completeThrough ?? 'never',
      'x-blind-tenants': toBlindHeader(first.coverage),
      ...(first.cursor !== null && !query.isWhole && { 'x-cursor': first.cursor }),
    },
    parts: writeParts(deps, query, first),
  };
}

async function* writeParts(deps: QueryDeps, query: IncidentQuery, first: IncidentList): AsyncGenerator<Uint8Array> {
  yield Buffer.from(toIncidentCsv(first.incidents, true));
  for (let page = first; query.isWhole && page.cursor !== null;) {
    page = await queryIncidents(deps, { ...query, start: listMarkAt(query.filter, page.cursor) });
    if (page.incidents.length > 0) yield Buffer.from(toIncidentCsv(page.incidents, false));
  }
}

/** `2: {tenantId} {code}, {tenantId} {code}`; the names may hold characters that no header may. */
function toBlindHeader({ blindCount, blind }: Coverage): string {
  const shown = blind.map(({ tenantId, code }) => `${tenantId} ${code}`).join(', ');
  return blindCount === 0 ? '0' : `${blindCount}: ${shown}`;
}
