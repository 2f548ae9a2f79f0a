import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { getOffboarding as get } from '../../shared/removal/get-offboarding.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function getOffboarding(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const { clientIds } = services.config.partner;
  return { jsonBody: await get({ ...services, clientIds }, tenantId) };
}

registerHttp(
  'getOffboarding',
  { route: 'tenants/{tenantId}/offboarding', methods: ['GET'], access: 'operator' },
  getOffboarding,
);
