import type { Coverage } from '../../shared/domain/coverage.ts';
import type { ListedIncident } from '../../shared/domain/incident-view.ts';
import type { TenantView } from '../../shared/domain/tenant-view.ts';
import type { Api, Query } from './api.ts';
import { loadPages, type Loaded } from './load-pages.ts';
import { useLoaded, type LoadedValue } from './use-loaded.ts';

export interface IncidentSet extends Loaded<ListedIncident> {
  /** Read before the incidents, so that it never promises more than they hold. */
  coverage: Coverage;
}

export const MOST_OPEN = 5_000;
const MOST_TENANTS = 10_000;
const MINUTE_MS = 60_000;

export const incidentKey = ({ tenantId, incidentId }: Pick<ListedIncident, 'tenantId' | 'incidentId'>): string =>
  `${tenantId} ${incidentId}`;

/** Every page of `GET /incidents` for a filter. */
export async function loadIncidents(
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

export function useOpenIncidents(api: Api): LoadedValue<IncidentSet> {
  return useLoaded((onPart) => loadIncidents(api, { open: 'true' }, MOST_OPEN, onPart), [api], 2 * MINUTE_MS);
}

export function useTenants(api: Api): LoadedValue<readonly TenantView[]> {
  const load = async (): Promise<readonly TenantView[]> => {
    const { items } = await loadPages<TenantView>(
      async (cursor) => {
        const page = await api.tenants({ pageSize: '500', ...(cursor !== undefined && { cursor }) });
        return { items: page.tenants, cursor: page.cursor };
      },
      { most: MOST_TENANTS, keyOf: ({ tenantId }) => tenantId },
    );
    return items;
  };
  return useLoaded(load, [api], MINUTE_MS);
}
