import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { createConsentLink } from '../shared/create-consent-link.ts';
import { readLinkQuery } from '../shared/domain/consent-link.ts';
import { readActor } from '../shared/read-actor.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';

export async function newConsentLink(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const { wish, isRedirect } = readLinkQuery(request.query, services.config.operatorSignIn);
  const link = await createConsentLink(services, wish, readActor(request, services));
  const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return isRedirect ? { status: 302, headers: { ...headers, location: link.url } } : { headers, jsonBody: link };
}

registerHttp('newConsentLink', { route: 'consent-links/new', methods: ['GET'], access: 'operator' }, newConsentLink);
