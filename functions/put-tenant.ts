import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantIdParameter, refuseParameters } from '../shared/domain/query-parameters.ts';
import { readTenantChange } from '../shared/domain/tenant-change.ts';
import { readActor } from '../shared/read-actor.ts';
import { registerHttp } from '../shared/register-function.ts';
import { readJsonBody } from '../shared/read-json-body.ts';
import { registerTenant } from '../shared/register-tenant.ts';
import type { Services } from '../shared/services.ts';

export async function putTenant(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const tenantId = readTenantIdParameter(request.params['tenantId']);
  const change = readTenantChange(await readJsonBody(request));
  const actor = readActor(request, services);
  const { tenant, isNew } = await registerTenant(services, tenantId, change, actor);
  return { status: isNew ? 201 : 200, jsonBody: tenant };
}

registerHttp('putTenant', { route: 'tenants/{tenantId}', methods: ['PUT'], access: 'operator' }, putTenant);
