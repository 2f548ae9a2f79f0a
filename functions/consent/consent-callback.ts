import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { visitConsent } from '../../shared/consent/visit-consent.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function consentCallback(
  request: HttpRequest,
  services: Services,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  return { ...(await visitConsent(services, toLog(context), request.query)) };
}

registerHttp('consentCallback', { route: 'consent/callback', methods: ['GET'], access: 'public' }, consentCallback);
