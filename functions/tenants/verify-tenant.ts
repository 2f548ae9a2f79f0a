import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function verifyTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  return { jsonBody: await services.control.verify(tenantId) };
}

registerHttp(
  'verifyTenant',
  { route: 'tenants/{tenantId}/verify', methods: ['POST'], access: 'operator' },
  verifyTenant,
);
