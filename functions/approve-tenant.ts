import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { decideApproval } from '../shared/decide-approval.ts';
import { readTenantIdParameter, refuseParameters } from '../shared/domain/query-parameters.ts';
import { readActor } from '../shared/read-actor.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function approveTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const actor = readActor(request, services);
  return { jsonBody: await decideApproval(services, { tenantId, decision: 'approve', actor }) };
}

registerHttp(
  'approveTenant',
  { route: 'tenants/{tenantId}/approve', methods: ['POST'], access: 'operator' },
  approveTenant,
);
