import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { readTenantQuery } from '../shared/domain/tenant-query.ts';
import { httpHandler } from '../shared/http-handler.ts';
import { listTenants as list } from '../shared/list-tenants.ts';
import { operatorAuthLevel } from '../shared/operator-auth-level.ts';
import type { Services } from '../shared/services.ts';

export async function listTenants(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services, readTenantQuery(request.query)) };
}

app.http('listTenants', {
  route: 'tenants',
  methods: ['GET'],
  authLevel: operatorAuthLevel(),
  handler: httpHandler('listTenants', listTenants),
});
