import { addGraphAlerts, readGraphIncident, readGraphPage } from '../../domain/graph/read-graph-page.ts';
import type { ObservedIncident } from '../../domain/incidents/incident.ts';
import { toSourceFailure } from '../../domain/sources/source-failure.ts';
import type { TenantId } from '../../domain/values/tenant-id.ts';
import type { Ticks } from '../../domain/values/ticks.ts';
import { hasCode } from '../../errors.ts';
import type { IncidentPage, IncidentQuery, IncidentSource, TenantIncidents } from '../../ports/incident-source.ts';
import { buildFilter } from '../sources/build-filter.ts';
import {
  buildIncidentUrl,
  checkNextLink,
  isMissing,
  openTenantApi,
  toEndpoint,
  type ApiCalls,
  type ApiOptions,
} from '../sources/incident-api.ts';
import { checkSkip, checkUsefulLink, isAlertsLink, toAlertsFailure } from './check-links.ts';

/** A larger `$top` is refused (observed: "The limit of '50' for Top query has been exceeded"). */
const MAX_TOP = 50;

/** The port `IncidentSource` on Graph's `/v1.0/security/incidents`. */
export function createGraphSource(options: ApiOptions): IncidentSource {
  const calls: ApiCalls = {
    endpoint: toEndpoint(options.baseUrl, '/v1.0/security/incidents'),
    urlSetting: 'GRAPH_URL',
    // Else the words that were added to an enumeration later come as `unknownFutureValue`.
    headers: { prefer: 'include-unknown-enum-members' },
    toFailure: (answer, what) => toSourceFailure('graph', answer, what),
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
    source: 'graph',
    maxTop: MAX_TOP,
    statuses: ['active', 'inProgress', 'resolved', 'redirected', 'awaitingAction'],
    list: async (query) => {
      checkSkip(query);
      return readPage(`${endpoint.href}?${buildQuery(query)}`, query.updatedFrom);
    },
    follow: async (nextLink, updatedFrom) => {
      const url = checkNextLink(nextLink, calls);
      checkUsefulLink(url);
      return readPage(url, updatedFrom);
    },
    get: async (incidentId, { withoutAlerts = false } = {}) => {
      const answer = await api.send(`${buildIncidentUrl(endpoint, incidentId)}${withoutAlerts ? '' : `?${EXPAND}`}`);
      if (isMissing(answer)) return undefined;
      const bodyText = api.wholeBody(answer, `read incident ${incidentId}`);
      return readGraphIncident(bodyText, incidentId, api.contextOf(answer));
    },
    addAlerts,
    dropToken: () => {
      options.tokens.drop(tenantId);
    },
  };

  async function readPage(url: string, updatedFrom: Ticks): Promise<IncidentPage> {
    return api.sendForPage(url, updatedFrom, readGraphPage);
  }

  /** A link that leads elsewhere is not followed: the incident's own list has all of its alerts. */
  async function addAlerts(observed: ObservedIncident): Promise<ObservedIncident> {
    const { incidentId } = observed.incident;
    const link = observed.missingAlerts?.link;
    const isLinked = link !== undefined && isAlertsLink(link, endpoint);
    const url = isLinked ? link : `${buildIncidentUrl(endpoint, incidentId)}/alerts`;
    try {
      const bodyText = await api.sendForBody(url, `read the alerts of incident ${incidentId}`);
      return addGraphAlerts(observed, bodyText, !isLinked, api.context(observed.updatedAt));
    } catch (error) {
      // A failure of the tenant shows at its list; here only this incident cannot be read completely.
      if (hasCode(error, 'unauthorized') || hasCode(error, 'throttled')) throw error;
      throw toAlertsFailure(error, incidentId);
    }
  }
}

const EXPAND = '$expand=alerts';

function buildQuery(query: IncidentQuery): string {
  const { top, skip = 0, withoutAlerts = false } = query;
  return [
    `$filter=${buildFilter(query, { updated: 'lastUpdateDateTime', created: 'createdDateTime' })}`,
    `$top=${top}`,
    ...(skip === 0 ? [] : [`$skip=${skip}`]),
    ...(withoutAlerts ? [] : [EXPAND]),
  ].join('&');
}
