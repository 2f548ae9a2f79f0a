import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readIncidentQuery } from '../shared/domain/incident-query.ts';
import { registerHttp } from '../shared/register-function.ts';
import { queryIncidents as query } from '../shared/query-incidents.ts';
import type { Services } from '../shared/services.ts';

export async function queryIncidents(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await query(services, readIncidentQuery(request.query)) };
}

registerHttp('queryIncidents', { route: 'incidents', methods: ['GET'], access: 'reader' }, queryIncidents);
