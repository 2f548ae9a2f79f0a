import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readQueryParameters, readTenantIdParameter } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { deleteTenant as remove } from '../../shared/tenants/delete-tenant.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function deleteTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const isPurge = readQueryParameters(request.query, ['purge']).flag('purge') ?? false;
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const tenant = await remove(services, { tenantId, isPurge, actor: readActor(request, services) });
  return { status: isPurge ? 202 : 200, jsonBody: tenant };
}

registerHttp('deleteTenant', { route: 'tenants/{tenantId}', methods: ['DELETE'], access: 'operator' }, deleteTenant);
