import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { refuseParameters } from '../shared/domain/query-parameters.ts';
import { readActor } from '../shared/read-actor.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';
import { withdrawConsentLink as withdraw } from '../shared/withdraw-consent-link.ts';

export async function withdrawConsentLink(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  await withdraw(services, request.params['linkId'] ?? '', readActor(request, services));
  return { status: 204 };
}

registerHttp(
  'withdrawConsentLink',
  { route: 'consent-links/{linkId}', methods: ['DELETE'], access: 'operator' },
  withdrawConsentLink,
);
