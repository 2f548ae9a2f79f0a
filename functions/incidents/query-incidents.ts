import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { exportIncidents } from '../../shared/querying/export-incidents.ts';
import { queryIncidents as query } from '../../shared/querying/query-incidents.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function queryIncidents(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const asked = readIncidentQuery(request.query, request.headers.get('accept'));
  if (asked.format === 'json') return { jsonBody: await query(services, asked) };
  const { headers, parts } = await exportIncidents(services, asked);
  return { headers, body: ReadableStream.from(parts) };
}

registerHttp('queryIncidents', { route: 'incidents', methods: ['GET'], access: 'reader' }, queryIncidents);
