import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantQuery } from '../shared/domain/tenant-query.ts';
import { listTenants as list } from '../shared/list-tenants.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function listTenants(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services, readTenantQuery(request.query)) };
}

registerHttp('listTenants', { route: 'tenants', methods: ['GET'], access: 'reader' }, listTenants);
