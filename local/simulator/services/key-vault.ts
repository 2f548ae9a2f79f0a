import { jsonAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { World } from '../state/world.ts';
import { RESOURCES } from './issue-token.ts';

/** `GET /secrets/{name}[/{version}]` with Key Vault's challenge. */
export function answerVault(world: World, request: SimulatedRequest): Answer {
  const token = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const claims = token === undefined ? undefined : world.signer.verify(token);
  const isValid = claims?.['aud'] === RESOURCES.vault && Number(claims['exp']) * 1000 > world.clock.nowMs();
  if (!isValid) return challenge(world);
  const clientId = String(claims['appid'] ?? claims['azp']);
  if (world.vault.readers !== undefined && !world.vault.readers.has(clientId))
    return refuse(403, 'Forbidden', 'Caller is not authorized to perform action on resource.', 'ForbiddenByRbac');
  if (request.method !== 'GET') return refuse(405, 'MethodNotAllowed', 'The simulator only reads secrets.');

  const [, , name = '', version] = request.path.split('/');
  const secret = world.vault.getSecret(decodeURIComponent(name), version === '' ? undefined : version);
  if (secret === undefined)
    return refuse(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`);
  if (!secret.isEnabled)
    return refuse(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  return jsonAnswer(200, {
    value: secret.value,
    ...(secret.contentType === undefined ? {} : { contentType: secret.contentType }),
    id: `${world.settings.url}/secrets/${name}/${secret.version}`,
    attributes: {
      enabled: true,
      created: secret.createdAt,
      updated: secret.createdAt,
      ...(secret.expiresAt === undefined ? {} : { exp: secret.expiresAt }),
      recoveryLevel: 'Recoverable',
      recoverableDays: 90,
    },
    tags: {},
  });
}

/** The vault's own tenant is where clients must get their token: that of the first identity or app. */
function challenge(world: World): Answer {
  const { identities, apps } = world.directory;
  const home = [...identities.values()][0]?.tenantId ?? [...apps.values()][0]?.homeTenantId ?? 'organizations';
  const answer = jsonAnswer(
    401,
    { error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' } },
    { 'www-authenticate': `Bearer authorization="${world.settings.url}/${home}", resource="${RESOURCES.vault}"` },
  );
  return { ...answer, code: 'Unauthorized' };
}

function refuse(status: number, code: string, message: string, innerCode?: string): Answer {
  const innererror = innerCode === undefined ? {} : { innererror: { code: innerCode } };
  return { ...jsonAnswer(status, { error: { code, message, ...innererror } }), code };
}
