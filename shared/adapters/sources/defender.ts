import { toDefenderFailure } from '../../domain/defender/defender-failure.ts';
import { readDefenderIncident, readDefenderPage } from '../../domain/defender/read-defender-page.ts';
import type { TenantId } from '../../domain/values/tenant-id.ts';
import type { IncidentQuery, IncidentSource, TenantIncidents } from '../../ports/incident-source.ts';
import { buildFilter } from './build-filter.ts';
import {
  buildIncidentUrl,
  checkNextLink,
  isMissing,
  openTenantApi,
  toEndpoint,
  type ApiCalls,
  type ApiOptions,
} from './incident-api.ts';

/** The documented limit of `$top` (learn.microsoft.com, List incidents API). */
const MAX_TOP = 100;

/** The port `IncidentSource` on Defender's `/api/incidents`. */
export function createDefenderSource(options: ApiOptions): IncidentSource {
  const calls: ApiCalls = {
    endpoint: toEndpoint(options.baseUrl, '/api/incidents'),
    urlSetting: 'DEFENDER_URL',
    headers: {},
    toFailure: toDefenderFailure,
  };
  return {
    open: async (tenantId) => {
      await options.tokens.get(tenantId);
      return openTenant(options, calls, tenantId);
    },
  };
}

function openTenant(options: ApiOptions, calls: ApiCalls, tenantId: TenantId): TenantIncidents {
  const { endpoint } = calls;
  const api = openTenantApi(options, calls, tenantId);
  return {
    source: 'defender',
    maxTop: MAX_TOP,
    statuses: ['New', 'Active', 'InProgress', 'Resolved', 'Redirected'],
    list: async (query) =>
      api.sendForPage(`${endpoint.href}?${buildQuery(query)}`, query.updatedFrom, readDefenderPage),
    follow: async (nextLink, updatedFrom) =>
      api.sendForPage(checkNextLink(nextLink, calls), updatedFrom, readDefenderPage),
    get: async (incidentId) => {
      const answer = await api.send(buildIncidentUrl(endpoint, incidentId));
      if (isMissing(answer)) return undefined;
      const bodyText = api.wholeBody(answer, `read incident ${incidentId}`);
      return readDefenderIncident(bodyText, incidentId, api.contextOf(answer));
    },
    dropToken: () => {
      options.tokens.drop(tenantId);
    },
  };
}

function buildQuery(query: IncidentQuery): string {
  const filter = buildFilter(query, { updated: 'lastUpdateTime', created: 'createdTime' });
  const skip = query.skip === undefined || query.skip === 0 ? '' : `&$skip=${query.skip}`;
  return `$filter=${filter}&$top=${query.top}${skip}`;
}
