import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { decideApproval } from '../../shared/tenants/decide-approval.ts';
import type { Services } from '../../shared/wiring/services.ts';

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
