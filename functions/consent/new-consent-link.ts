import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { createConsentLink } from '../../shared/consent/create-consent-link.ts';
import { readLinkQuery } from '../../shared/domain/consent/consent-link.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function newConsentLink(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const { input, isRedirect } = readLinkQuery(request.query, services.config.operatorSignIn);
  // An address can be put into a mail. Only a key or the board's own request shows that an operator intends the change.
  const isMeant = services.config.operatorSignIn === 'keys' || request.headers.get('sec-fetch-site') === 'same-origin';
  const replacing = isMeant ? 'allowed' : 'refused';
  const link = await createConsentLink(services, input, readActor(request, services), replacing);
  const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return isRedirect ? { status: 302, headers: { ...headers, location: link.url } } : { headers, jsonBody: link };
}

registerHttp('newConsentLink', { route: 'consent-links/new', methods: ['GET'], access: 'operator' }, newConsentLink);
