import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { incidentKey } from '../model/incident-key.ts';
import type { BoardTenant } from './answers.ts';
import type { Api, Query } from './api.ts';
import { loadPages, type Loaded } from './load-pages.ts';
import { useLoaded, type LoadedValue } from './use-loaded.ts';

export interface IncidentSet extends Loaded<ListedIncident> {
  /** Read before the incidents, so that it never promises more than they hold. */
  coverage: Coverage;
}

export interface ReadIncidents extends IncidentSet {
  tenants: readonly BoardTenant[];
}

/** What a tab holds with ease; a list of more says that it is a part. */
export const MOST_OPEN = 20_000;
const MOST_TENANTS = 10_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** One page is read again in a moment. */
const SHORT_LIST = 500;

/** Every page of `GET /incidents` for a filter. */
async function loadIncidents(
  api: Api,
  query: Query,
  most: number,
  onPart: (part: IncidentSet) => void,
): Promise<IncidentSet> {
  let coverage: Coverage | undefined;
  const withCoverage = (loaded: Loaded<ListedIncident>): IncidentSet => {
    if (coverage === undefined) throw new Error('No page was read');
    return { ...loaded, coverage };
  };
  const loaded = await loadPages<ListedIncident>(
    async (cursor) => {
      const page = await api.incidents({ ...query, pageSize: '500', ...(cursor !== undefined && { cursor }) });
      coverage ??= page.coverage;
      return { items: page.incidents, cursor: page.cursor };
    },
    {
      most,
      keyOf: incidentKey,
      onProgress: (part) => {
        onPart(withCoverage(part));
      },
    },
  );
  return withCoverage(loaded);
}

export function useOpenIncidents(api: Api): LoadedValue<ReadIncidents> {
  return useLoaded((onPart) => loadWithTenants(api, { open: 'true' }, MOST_OPEN, onPart), [api], openPeriod);
}

/** Incidents, and the customers as they were before these were read: what is said of these is never more than the list holds. */
export async function loadWithTenants(
  api: Api,
  query: Query,
  most: number,
  onPart: (part: ReadIncidents) => void,
): Promise<ReadIncidents> {
  const tenants = await loadTenants(api);
  const withTenants = (part: IncidentSet): ReadIncidents => ({ ...part, tenants });
  const loaded = await loadIncidents(api, query, most, (part) => {
    onPart(withTenants(part));
  });
  return withTenants(loaded);
}

/** While customers are read for the first time the list fills up under the reader's eyes. */
function openPeriod(open: ReadIncidents | undefined): number {
  if (open === undefined || open.coverage.readingCount === 0) return 2 * MINUTE_MS;
  return open.items.length < SHORT_LIST ? 15 * SECOND_MS : MINUTE_MS;
}

export function useTenants(api: Api): LoadedValue<readonly BoardTenant[]> {
  return useLoaded(
    () => loadTenants(api),
    [api],
    (tenants) => (tenants?.some(({ blind }) => blind?.kind === 'reading') === true ? 30 * SECOND_MS : MINUTE_MS),
  );
}

export async function loadTenants(api: Api): Promise<readonly BoardTenant[]> {
  const { items } = await loadPages<BoardTenant>(
    async (cursor) => {
      const page = await api.tenants({ pageSize: '500', ...(cursor !== undefined && { cursor }) });
      const blind = new Map(page.blind.map((one) => [one.tenantId, one]));
      return { items: page.tenants.map((one) => ({ ...one, blind: blind.get(one.tenantId) })), cursor: page.cursor };
    },
    { most: MOST_TENANTS, keyOf: ({ tenantId }) => tenantId },
  );
  return items;
}
