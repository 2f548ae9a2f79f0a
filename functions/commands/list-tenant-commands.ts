import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { listTenantCommands as list } from '../../shared/commands/list-tenant-commands.ts';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function listTenantCommands(request: HttpRequest, { tenants }: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  return { jsonBody: await list(tenants, readTenantIdParameter(request.params['tenantId'])) };
}

registerHttp(
  'listTenantCommands',
  { route: 'tenants/{tenantId}/commands', methods: ['GET'], access: 'reader' },
  listTenantCommands,
);
