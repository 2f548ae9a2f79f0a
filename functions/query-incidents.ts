import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { readIncidentQuery } from '../shared/domain/incident-query.ts';
import { httpHandler } from '../shared/http-handler.ts';
import { operatorAuthLevel } from '../shared/operator-auth-level.ts';
import { queryIncidents as query } from '../shared/query-incidents.ts';
import type { Services } from '../shared/services.ts';

export async function queryIncidents(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await query(services, readIncidentQuery(request.query)) };
}

app.http('queryIncidents', {
  route: 'incidents',
  methods: ['GET'],
  authLevel: operatorAuthLevel(),
  handler: httpHandler('queryIncidents', queryIncidents),
});
