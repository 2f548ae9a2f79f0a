import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../shared/domain/query-parameters.ts';
import { readActor } from '../shared/read-actor.ts';
import { recallTenantCommand as recall } from '../shared/recall-tenant-command.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function recallTenantCommand(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const commandId = request.params['commandId'] ?? '';
  await recall(services, { tenantId, commandId, actor: readActor(request, services) });
  return { status: 204 };
}

registerHttp(
  'recallTenantCommand',
  { route: 'tenants/{tenantId}/commands/{commandId}', methods: ['DELETE'], access: 'operator' },
  recallTenantCommand,
);
