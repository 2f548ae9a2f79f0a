import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter } from '../shared/domain/query-parameters.ts';
import { getTenant as get } from '../shared/get-tenant.ts';
import { httpHandler } from '../shared/http-handler.ts';
import { operatorAuthLevel } from '../shared/operator-auth-level.ts';
import type { Services } from '../shared/services.ts';

export async function getTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await get(services, readTenantIdParameter(request.params['tenantId'])) };
}

app.http('getTenant', {
  route: 'tenants/{tenantId}',
  methods: ['GET'],
  authLevel: operatorAuthLevel(),
  handler: httpHandler('getTenant', getTenant),
});
