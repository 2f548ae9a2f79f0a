import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { getHealth as get } from '../../shared/querying/get-health.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function getHealth(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const health = await get({ ...services, settings: services.config.collection });
  return { status: health.status === 'failing' ? 503 : 200, jsonBody: health };
}

registerHttp('getHealth', { route: 'health', methods: ['GET'], access: 'reader' }, getHealth);
