import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readIncidentDetailQuery } from '../../shared/domain/queries/incident-detail-query.ts';
import { readTenantIdParameter } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { getIncident as get } from '../../shared/querying/get-incident.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function getIncident(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const query = readIncidentDetailQuery(tenantId, request.params['incidentId'] ?? '', request.query);
  return { jsonBody: await get(services, query) };
}

registerHttp(
  'getIncident',
  { route: 'tenants/{tenantId}/incidents/{incidentId}', methods: ['GET'], access: 'reader' },
  getIncident,
);
