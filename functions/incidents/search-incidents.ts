import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readSearchQuery } from '../../shared/domain/queries/search-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { exportFound } from '../../shared/searching/export-found.ts';
import { searchIncidents as search } from '../../shared/searching/search-incidents.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function searchIncidents(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const query = readSearchQuery(request.query, request.headers.get('accept'));
  return query.format === 'csv' ? exportFound(services, query) : { jsonBody: await search(services, query) };
}

registerHttp('searchIncidents', { route: 'search', methods: ['GET'], access: 'reader' }, searchIncidents);
