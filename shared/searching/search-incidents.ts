import type { SearchQuery, SearchScope } from '../domain/queries/search-query.ts';
import { toSearchCursor } from '../domain/queries/search-query.ts';
import type { Sought } from '../domain/queries/sought.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { readIndexPlace } from '../domain/rows/row-keys.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Coverage } from '../domain/views/coverage.ts';
import { toSearchedPlace, type FoundIncident, type Searched, type SearchedPlace } from '../domain/views/search-view.ts';
import type { QueryDeps } from '../querying/query-incidents.ts';
import { readFound, type FoundRow } from './read-found.ts';
import { resolveTenants } from '../querying/resolve-tenants.ts';
import type { TenantNames } from '../querying/tenant-names.ts';

export interface SearchAnswer {
  incidents: FoundIncident[];
  cursor: string | null;
  coverage: Coverage;
  searched: Searched & SearchedPlace;
}

/** One page of incidents that have the value, of all customers or some, and what was searched. */
export async function searchIncidents(deps: QueryDeps, query: SearchQuery): Promise<SearchAnswer> {
  const { sought, scope, pageSize, start } = query;
  const tenantIds = await resolveTenants(deps, scope);
  // The coverage is read first: what it promises must be stored already when the index is read.
  const { coverage, place } = await readPlace(deps, tenantIds);
  const page = await readFound(deps.incidents, { sought, tenantIds, since: scope.since, pageSize }, start);
  return {
    incidents: await toFound(deps.names, page.rows),
    cursor: page.next === undefined ? null : toSearchCursor(query, page.next),
    coverage,
    searched: { ...toSearched(sought, scope), ...place },
  };
}

export async function readPlace(
  { coverage }: Pick<QueryDeps, 'coverage'>,
  tenantIds: readonly TenantId[] | undefined,
): Promise<{ coverage: Coverage; place: SearchedPlace }> {
  const covered = await coverage.read(tenantIds);
  const known = await coverage.known(KEPT_MS);
  const asked = tenantIds === undefined ? undefined : new Set(tenantIds);
  const tenants = known.filter(({ tenantId }) => asked?.has(tenantId) ?? true);
  return { coverage: covered, place: toSearchedPlace(tenants, covered.completeThrough) };
}

/** As old as the data of the coverage. */
const KEPT_MS = 60_000;

export function toSearched({ value, kinds, isPrefix, words }: Sought, { since }: SearchScope): Searched {
  return { value, kinds, isPrefix, words, since: since === undefined ? null : formatTicks(since) };
}

/** Adjacent rows of one incident become one entry. */
export async function toFound(names: TenantNames, rows: readonly FoundRow[]): Promise<FoundIncident[]> {
  const records = await names.read(new Set(rows.map(({ tenantId }) => tenantId)));
  const found = new Map<string, FoundIncident>();
  for (const { rowKey, tenantId, incidentId, labels, matches } of rows) {
    const key = `${tenantId} ${incidentId}`;
    const known = found.get(key);
    if (known !== undefined) {
      known.matches.push(...matches);
      continue;
    }
    const record = records.get(tenantId);
    const { createdAt } = readIndexPlace(rowKey);
    found.set(key, {
      tenantId,
      tenantName: record?.displayName ?? null,
      customer: record?.customer ?? null,
      incidentId,
      name: textColumn(labels, 'name'),
      status: textColumn(labels, 'status') ?? 'unknown',
      severity: textColumn(labels, 'severity') ?? 'unknown',
      createdTime: createdAt === 0n ? null : formatTicks(createdAt),
      matches: [...matches],
    });
  }
  return [...found.values()];
}
