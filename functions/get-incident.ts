import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readIncidentDetailQuery } from '../shared/domain/incident-detail-query.ts';
import { readTenantIdParameter } from '../shared/domain/query-parameters.ts';
import { getIncident as get } from '../shared/get-incident.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

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
