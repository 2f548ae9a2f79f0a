import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { listConsentLinks as list, readConsentLinkQuery } from '../../shared/consent/list-consent-links.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function listConsentLinks(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services.requests, readConsentLinkQuery(request.query)) };
}

registerHttp('listConsentLinks', { route: 'consent-links', methods: ['GET'], access: 'reader' }, listConsentLinks);
