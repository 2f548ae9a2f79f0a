import type { Claims } from '../basics/jwt.ts';
import { jsonAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { World } from '../state/world.ts';
import { issueToken } from './issue-token.ts';

/** `GET /msi/token`, App Service's managed identity endpoint (api-version 2019-08-01). */
export function answerIdentity(world: World, { headers, search }: SimulatedRequest, overwrite: Claims): Answer {
  if (headers['x-identity-header'] !== world.settings.identityHeader)
    return refuse(401, 'The identity header is wrong');
  if (search.get('api-version') !== '2019-08-01') return refuse(400, 'The api-version is not supported');
  const resource = (search.get('resource') ?? '').replace(/\/$/, '');
  if (resource === '') return refuse(400, 'The resource is missing');
  const clientId = search.get('client_id')?.toLowerCase();
  const { identities } = world.directory;
  const identity = clientId === undefined ? [...identities.values()][0] : identities.get(clientId);
  const tenant = identity && world.directory.findTenant(identity.tenantId);
  if (identity === undefined || tenant === undefined)
    return refuse(
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    );
  const { clientId: appId, principalId } = identity;
  const subject = { clientId: appId, principalId, resource, tenant, credential: 'identity' } as const;
  const token = issueToken(world, subject, overwrite);
  const expiresOn = Math.floor(world.clock.nowMs() / 1000) + world.settings.tokenLifetimeSeconds;
  return jsonAnswer(200, {
    access_token: token,
    expires_on: String(expiresOn),
    resource: search.get('resource'),
    token_type: 'Bearer',
    client_id: identity.clientId,
  });
}

function refuse(status: number, message: string): Answer {
  return { ...jsonAnswer(status, { statusCode: status, message }), code: 'identity' };
}
