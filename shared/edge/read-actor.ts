import type { HttpRequest } from '@azure/functions';
import { readPrincipal } from '../domain/requests/principal.ts';
import type { Services } from '../wiring/services.ts';

/** The caller, for the audit: the header counts only if the platform in front sets it, as anybody could send one. */
export function readActor(request: Pick<HttpRequest, 'headers'>, { config }: Pick<Services, 'config'>): string {
  if (config.operatorSignIn === 'keys') return 'function key';
  return readPrincipal(request.headers.get('x-ms-client-principal'))?.name ?? 'unknown';
}
