import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readChangeQuery } from '../shared/domain/change-query.ts';
import { listChanges as list } from '../shared/list-changes.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function listChanges(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services, readChangeQuery(request.query, services.incidents.serviceTime())) };
}

registerHttp('listChanges', { route: 'changes', methods: ['GET'], access: 'reader' }, listChanges);
