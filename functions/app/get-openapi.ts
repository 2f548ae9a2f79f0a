import type { HttpResponseInit } from '@azure/functions';
import { OPENAPI_DOCUMENT } from '../../shared/domain/openapi/openapi-document.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';

export async function getOpenapi(): Promise<HttpResponseInit> {
  return { jsonBody: OPENAPI_DOCUMENT };
}

registerHttp('getOpenapi', { route: 'openapi.json', methods: ['GET'], access: 'public' }, getOpenapi);
