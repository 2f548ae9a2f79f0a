import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { recallTenantCommand as recall } from '../../shared/commands/recall-tenant-command.ts';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

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
