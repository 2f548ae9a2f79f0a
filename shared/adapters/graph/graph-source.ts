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
  isSuccess,
  openTenantApi,
  toEndpoint,
  type ApiCalls,
  type ApiOptions,
} from '../sources/incident-api.ts';
import { checkSkip, checkUsefulLink, isAlertsLink, toAlertsFailure } from './check-links.ts';
import { createExpandMemory, type ExpandMemory } from './expand-memory.ts';

/** A larger `$top` is refused (observed: "The limit of '50' for Top query has been exceeded"). */
const MAX_TOP = 50;
/** Where alerts cannot be had with the list, each incident of a page takes a call of its own. */
const TOP_WITHOUT_ALERTS = 10;

/** The port `IncidentSource` on Graph's `/v1.0/security/incidents`. */
export function createGraphSource(options: ApiOptions): IncidentSource {
  const calls: ApiCalls = {
    endpoint: toEndpoint(options.baseUrl, '/v1.0/security/incidents'),
    urlSetting: 'GRAPH_URL',
    // Else the words that were added to an enumeration later come as `unknownFutureValue`.
    headers: { prefer: 'include-unknown-enum-members' },
    toFailure: (answer, what) => toSourceFailure('graph', answer, what),
  };
  const memory = createExpandMemory(options.clock);
  return {
    open: async (tenantId) => {
      await options.tokens.get(tenantId);
      return openTenant(options, calls, memory, tenantId);
    },
  };
}

function openTenant(options: ApiOptions, calls: ApiCalls, memory: ExpandMemory, tenantId: TenantId): TenantIncidents {
  const { endpoint } = calls;
  const api = openTenantApi(options, calls, tenantId);
  const isExpanding = !memory.isOff(tenantId);
  const expansion = memory.open(tenantId);

  return {
    source: 'graph',
    maxTop: isExpanding ? MAX_TOP : TOP_WITHOUT_ALERTS,
    list: async (query) => {
      checkSkip(query);
      const filter = buildFilter(query, { updated: 'lastUpdateDateTime', created: 'createdDateTime' });
      return expansion.askList(filter, (expands) =>
        readPage(`${endpoint.href}?${buildQuery(query, filter, expands)}`, query.updatedFrom),
      );
    },
    follow: async (nextLink, updatedFrom) => {
      const url = checkNextLink(nextLink, calls);
      checkUsefulLink(url);
      return readPage(url, updatedFrom);
    },
    get: async (incidentId) =>
      expansion.askOne(incidentId, async (expands) => {
        const answer = await api.send(`${buildIncidentUrl(endpoint, incidentId)}${expands ? `?${EXPAND}` : ''}`);
        if (isMissing(answer)) return undefined;
        if (!isSuccess(answer)) throw api.failure(answer, `read incident ${incidentId}`);
        return readGraphIncident(answer.bodyText, incidentId, api.contextOf(answer));
      }),
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
      // What concerns the tenant is told by its list; here it is this incident that cannot be read whole.
      if (hasCode(error, 'unauthorized') || hasCode(error, 'throttled')) throw error;
      throw toAlertsFailure(error, incidentId);
    }
  }
}

const EXPAND = '$expand=alerts';

function buildQuery({ top, skip = 0 }: IncidentQuery, filter: string, expands: boolean): string {
  return [
    `$filter=${filter}`,
    `$top=${top}`,
    ...(skip === 0 ? [] : [`$skip=${skip}`]),
    ...(expands ? [EXPAND] : []),
  ].join('&');
}
