import type { BatchQuery } from '../domain/queries/batch-query.ts';
import { LIST_START } from '../domain/queries/list-position.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import type { Coverage } from '../domain/views/coverage.ts';
import type { FoundIncident, Searched, SearchedPlace } from '../domain/views/search-view.ts';
import type { QueryDeps } from '../querying/query-incidents.ts';
import { readFound } from './read-found.ts';
import { resolveTenants } from '../querying/resolve-tenants.ts';
import { readPlace, toFound, toSearched } from './search-incidents.ts';

export interface BatchAnswer {
  answers: BatchEntry[];
  coverage: Coverage;
  searched: SearchedPlace;
}

export interface BatchEntry {
  /** As it was sent. */
  value: string;
  incidents: FoundIncident[];
  /** There are more incidents: `GET /search` returns all of them. */
  isCut: boolean;
  searched: Searched;
}

/** Values that are searched at the same time: each takes one read of every partition. */
const AT_ONCE = 4;
const INCIDENTS_A_VALUE = 20;

/** Searches for each of the values; the results are in the order of the values. */
export async function searchBatch(deps: QueryDeps, { values, scope }: BatchQuery): Promise<BatchAnswer> {
  const tenantIds = await resolveTenants(deps, scope);
  const { coverage, place } = await readPlace(deps, tenantIds);
  const answers = await mapLimited(values, AT_ONCE, async ({ text, sought }): Promise<BatchEntry> => {
    const wanted = { sought, tenantIds, since: scope.since, pageSize: INCIDENTS_A_VALUE };
    const { rows, next } = await readFound(deps.incidents, wanted, LIST_START);
    return {
      value: text,
      incidents: await toFound(deps.names, rows),
      isCut: next !== undefined,
      searched: toSearched(sought, scope),
    };
  });
  return { answers, coverage, searched: place };
}
