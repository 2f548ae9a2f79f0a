import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readIncidentQuery } from '../shared/domain/incident-query.ts';
import { exportIncidents } from '../shared/export-incidents.ts';
import { registerHttp } from '../shared/register-function.ts';
import { queryIncidents as query } from '../shared/query-incidents.ts';
import type { Services } from '../shared/services.ts';

export async function queryIncidents(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const asked = readIncidentQuery(request.query, request.headers.get('accept'));
  if (asked.format === 'json') return { jsonBody: await query(services, asked) };
  const { headers, parts } = await exportIncidents(services, asked);
  return { headers, body: ReadableStream.from(parts) };
}

registerHttp('queryIncidents', { route: 'incidents', methods: ['GET'], access: 'reader' }, queryIncidents);
