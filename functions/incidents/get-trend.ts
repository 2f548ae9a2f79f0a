import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readTrendQuery } from '../../shared/domain/queries/trend-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { getTrend as get } from '../../shared/querying/get-trend.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function getTrend(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await get(services, readTrendQuery(request.query)) };
}

registerHttp('getTrend', { route: 'trend', methods: ['GET'], access: 'reader' }, getTrend);
