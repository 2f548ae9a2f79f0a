import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTenantQuery } from '../../shared/domain/queries/tenant-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { listTenants as list } from '../../shared/querying/list-tenants.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function listTenants(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services, readTenantQuery(request.query)) };
}

registerHttp('listTenants', { route: 'tenants', methods: ['GET'], access: 'reader' }, listTenants);
