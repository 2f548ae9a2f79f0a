import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../shared/domain/query-parameters.ts';
import { getTenant as get } from '../shared/get-tenant.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function getTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  return { jsonBody: await get(services, readTenantIdParameter(request.params['tenantId'])) };
}

registerHttp('getTenant', { route: 'tenants/{tenantId}', methods: ['GET'], access: 'reader' }, getTenant);
