import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../shared/domain/query-parameters.ts';
import { listTenantCommands as list } from '../shared/list-tenant-commands.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function listTenantCommands(request: HttpRequest, { tenants }: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  return { jsonBody: await list(tenants, readTenantIdParameter(request.params['tenantId'])) };
}

registerHttp(
  'listTenantCommands',
  { route: 'tenants/{tenantId}/commands', methods: ['GET'], access: 'reader' },
  listTenantCommands,
);
