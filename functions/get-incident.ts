import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { readIncidentDetailQuery } from '../shared/domain/incident-detail-query.ts';
import { readTenantIdParameter } from '../shared/domain/query-parameters.ts';
import { getIncident as get } from '../shared/get-incident.ts';
import { httpHandler } from '../shared/http-handler.ts';
import { operatorAuthLevel } from '../shared/operator-auth-level.ts';
import type { Services } from '../shared/services.ts';

export async function getIncident(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const query = readIncidentDetailQuery(tenantId, request.params['incidentId'] ?? '', request.query);
  return { jsonBody: await get(services, query) };
}

app.http('getIncident', {
  route: 'tenants/{tenantId}/incidents/{incidentId}',
  methods: ['GET'],
  authLevel: operatorAuthLevel(),
  handler: httpHandler('getIncident', getIncident),
});
