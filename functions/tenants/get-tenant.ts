import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { getTenant as get } from '../../shared/querying/get-tenant.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function getTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  return { jsonBody: await get(services, readTenantIdParameter(request.params['tenantId'])) };
}

registerHttp('getTenant', { route: 'tenants/{tenantId}', methods: ['GET'], access: 'reader' }, getTenant);
