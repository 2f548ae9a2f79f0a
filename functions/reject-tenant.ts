import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { decideApproval } from '../shared/decide-approval.ts';
import { readTenantIdParameter, refuseParameters } from '../shared/domain/query-parameters.ts';
import { readActor } from '../shared/read-actor.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

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
