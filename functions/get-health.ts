import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { refuseParameters } from '../shared/domain/query-parameters.ts';
import { getHealth as get } from '../shared/get-health.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function getHealth(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const health = await get({ ...services, settings: services.config.collection });
  return { status: health.status === 'failing' ? 503 : 200, jsonBody: health };
}

registerHttp('getHealth', { route: 'health', methods: ['GET'], access: 'reader' }, getHealth);
