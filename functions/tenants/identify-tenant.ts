import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function identifyTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  return { jsonBody: await services.control.identify(tenantId) };
}

registerHttp(
  'identifyTenant',
  { route: 'tenants/{tenantId}/identify', methods: ['POST'], access: 'operator' },
  identifyTenant,
);
