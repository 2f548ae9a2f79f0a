import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { withdrawConsentLink as withdraw } from '../../shared/consent/withdraw-consent-link.ts';
import { refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

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
