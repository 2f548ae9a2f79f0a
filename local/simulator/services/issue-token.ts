import { createHash } from 'node:crypto';
import type { Claims } from '../basics/jwt.ts';
import type { Tenant } from '../state/directory.ts';
import type { World } from '../state/world.ts';

/** Resources that tokens can be had for. */
export const RESOURCES = {
  defender: 'https://api.security.microsoft.com',
  graph: 'https://graph.microsoft.com',
  vault: 'https://vault.azure.net',
  tokenExchange: 'api://AzureADTokenExchange',
} as const;

/** App id of "Microsoft Threat Protection": the audience of version 2.0 tokens for the Defender API. */
export const DEFENDER_APP_ID = '8ee8fdad-f234-4243-8f3b-15c294843740';

export type CredentialKind = 'secret' | 'certificate' | 'identity';

export interface TokenSubject {
  clientId: string;
  resource: string;
  tenant: Tenant;
  credential: CredentialKind;
  /** Object id of the service principal; made from app and tenant when absent. */
  principalId?: string;
}

/** A signed app-only token with the claims that Entra documents. */
export function issueToken(world: World, subject: TokenSubject, overwrite: Claims = {}): string {
  const claims: Claims = { ...toClaims(world, subject), ...overwrite };
  const tenantId = String(claims['tid']).toLowerCase();
  const live = world.liveTokens.get(tenantId) ?? new Set();
  world.liveTokens.set(tenantId, live.add(String(claims['uti'])));
  return world.signer.sign(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null)));
}

function toClaims(world: World, { clientId, resource, tenant, credential, principalId }: TokenSubject): Claims {
  const { tokenLifetimeSeconds, url } = world.settings;
  // Federated credentials name the issuer of version 2.0 tokens.
  const version = resource === RESOURCES.tokenExchange ? '2.0' : world.settings.tokenVersion;
  const issuedAt = Math.floor(world.clock.nowMs() / 1000);
  const principal = principalId ?? toGuid(`${clientId}|${tenant.tenantId}`);
  const roles = grantedRoles(resource, tenant);
  const acr = credential === 'secret' ? '1' : '2';
  return {
    aud: version === '2.0' && resource === RESOURCES.defender ? DEFENDER_APP_ID : resource,
    iss: version === '2.0' ? `${url}/${tenant.tenantId}/v2.0` : `https://sts.windows.net/${tenant.tenantId}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + tokenLifetimeSeconds,
    ...(version === '2.0' ? { azp: clientId, azpacr: acr } : { appid: clientId, appidacr: acr }),
    idtyp: 'app',
    oid: principal,
    sub: principal,
    tid: tenant.tenantId,
    // Entra leaves the claim out when nothing is granted, and still issues the token.
    ...(roles.length > 0 ? { roles } : {}),
    uti: world.random.hex(22),
    ver: version,
  };
}

function grantedRoles(resource: string, { roles }: Tenant): readonly string[] {
  const isOfGraph = (role: string): boolean => /^(Security|CrossTenant)/.test(role);
  if (resource === RESOURCES.graph) return roles.filter(isOfGraph);
  return resource === RESOURCES.defender ? roles.filter((role) => !isOfGraph(role)) : [];
}

function toGuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
