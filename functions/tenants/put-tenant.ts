import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readTenantChange } from '../../shared/domain/requests/tenant-change.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { readJsonBody } from '../../shared/edge/read-json-body.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { registerTenant } from '../../shared/tenants/register-tenant.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function putTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const change = readTenantChange(await readJsonBody(request));
  const actor = readActor(request, services);
  const { tenant, isNew } = await registerTenant(services, tenantId, change, actor);
  return { status: isNew ? 201 : 200, jsonBody: tenant };
}

registerHttp('putTenant', { route: 'tenants/{tenantId}', methods: ['PUT'], access: 'operator' }, putTenant);
