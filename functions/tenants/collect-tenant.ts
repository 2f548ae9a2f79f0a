import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { requestCollection } from '../../shared/tenants/request-collection.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function collectTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const actor = readActor(request, services);
  return { status: 202, jsonBody: await requestCollection(services, tenantId, actor) };
}

registerHttp(
  'collectTenant',
  { route: 'tenants/{tenantId}/collect', methods: ['POST'], access: 'operator' },
  collectTenant,
);
