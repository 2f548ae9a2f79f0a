import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { toLog } from '../shared/invocation-log.ts';
import { registerHttp } from '../shared/register-function.ts';
import type { Services } from '../shared/services.ts';
import { visitConsent } from '../shared/visit-consent.ts';

export async function consentCallback(
  request: HttpRequest,
  services: Services,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  return { ...(await visitConsent(services, toLog(context), request.query)) };
}

registerHttp('consentCallback', { route: 'consent/callback', methods: ['GET'], access: 'public' }, consentCallback);
