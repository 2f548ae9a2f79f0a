import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { createConsentLink as create } from '../../shared/consent/create-consent-link.ts';
import { readLinkInput } from '../../shared/domain/consent/consent-link.ts';
import { refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readActor } from '../../shared/edge/read-actor.ts';
import { readJsonBody } from '../../shared/edge/read-json-body.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function createConsentLink(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const input = readLinkInput(await readJsonBody(request));
  const link = await create(services, input, readActor(request, services));
  return { status: 201, headers: { 'cache-control': 'no-store' }, jsonBody: link };
}

registerHttp('createConsentLink', { route: 'consent-links', methods: ['POST'], access: 'operator' }, createConsentLink);
