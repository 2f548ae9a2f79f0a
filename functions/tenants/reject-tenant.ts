import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { decideApproval } from '../../shared/tenants/decide-approval.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function rejectTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const actor = readActor(request, services);
  await decideApproval(services, { tenantId, decision: 'reject', actor });
  return { status: 204 };
}

registerHttp(
  'rejectTenant',
  { route: 'tenants/{tenantId}/reject', methods: ['POST'], access: 'operator' },
  rejectTenant,
);
