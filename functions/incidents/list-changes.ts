import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { listChanges as list } from '../../shared/querying/list-changes.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function listChanges(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services, readChangeQuery(request.query, services.incidents.serviceTime())) };
}

registerHttp('listChanges', { route: 'changes', methods: ['GET'], access: 'reader' }, listChanges);
