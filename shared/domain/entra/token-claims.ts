import { AppError } from '../../errors.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';

/** What an app-only token says about itself. It is read, not verified: the API does that. */
export interface TokenClaims {
  readonly tid: TenantId;
  readonly aud: string;
  readonly appId: string;
  /** Empty when nothing was consented to: Entra issues the token all the same. */
  readonly roles: readonly string[];
  readonly expiresAt: Date;
}

export interface ExpectedClaims {
  tenantId: TenantId;
  /** Resource URIs and app ids of the API; which one a token names is the API's choice. */
  audiences: readonly string[];
  clientId: string;
  requiredRole: string;
  nowMs: number;
}

/** Reads the claims of a token, version 1.0 or 2.0; throws `token-unreadable`. */
export function readTokenClaims(token: string): TokenClaims {
  const claims = readPayload(token);
  const tid = readTenantId(claims['tid']);
  const [aud, appId, exp] = [claims['aud'], claims['appid'] ?? claims['azp'], claims['exp']];
  if (tid === undefined) throw unreadable('tid', 'a tenant id');
  if (typeof aud !== 'string') throw unreadable('aud', 'a text');
  if (typeof appId !== 'string') throw unreadable('appid or azp', 'a text');
  if (typeof exp !== 'number' || Number.isNaN(new Date(exp * 1_000).getTime())) throw unreadable('exp', 'a time');
  return { tid, aud, appId, roles: readRoles(claims['roles']), expiresAt: new Date(exp * 1_000) };
}

function readPayload(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims === 'object' && claims !== null) return { ...claims };
  } catch {
    // Falls through: the parser's message would quote the token.
  }
  throw unreadable('payload', 'JSON');
}

function readRoles(roles: unknown): string[] {
  return Array.isArray(roles) ? roles.filter((role: unknown) => typeof role === 'string') : [];
}

function unreadable(part: string, kind: string): AppError {
  return new AppError('token-unreadable', `Cannot check the token from Entra as its ${part} is not ${kind}`);
}

/** Throws unless the token is for this tenant, this API and our app, still good, and holds the role. */
export function checkTokenClaims(claims: TokenClaims, expected: ExpectedClaims): void {
  const { tenantId, audiences, clientId, requiredRole, nowMs } = expected;
  if (claims.tid !== tenantId) throw mismatch('tid', tenantId, claims.tid);
  if (!audiences.some((audience) => isSameName(audience, claims.aud)))
    throw mismatch('aud', audiences.join(' or '), claims.aud);
  if (!isSameName(clientId, claims.appId)) throw mismatch('appid', clientId, claims.appId);
  if (claims.expiresAt.getTime() <= nowMs) throw expired(claims.expiresAt, nowMs);
  if (!claims.roles.includes(requiredRole)) throw consentMissing(claims, requiredRole);
}

/** An audience may come with or without a slash at its end, and GUIDs and hosts in any letter case. */
function isSameName(a: string, b: string): boolean {
  return a.replace(/\/+$/, '').toLowerCase() === b.replace(/\/+$/, '').toLowerCase();
}

const MAX_SHOWN_CHARS = 200;

function mismatch(claim: string, wanted: string, value: string): AppError {
  const shown = JSON.stringify(value.slice(0, MAX_SHOWN_CHARS));
  return new AppError(
    'token-mismatch',
    `Cannot use the token from Entra as its ${claim} must be ${wanted}: current value is ${shown}`,
  );
}

function expired(expiresAt: Date, nowMs: number): AppError {
  const now = new Date(nowMs).toISOString();
  return new AppError(
    'token-expired',
    `Cannot use the new token from Entra as it expired at ${expiresAt.toISOString()}: this machine says it is ${now}`,
  );
}

/**
 * Who must act depends on the roles that the token has. The role that may also write comes from the registration, and a consent
 * can grant nothing that the registration does not request: a new link alone would give the same token.
 */
function consentMissing({ tid, roles }: TokenClaims, requiredRole: string): AppError {
  const held = roles.length === 0 ? 'no role' : roles.join(', ').slice(0, MAX_SHOWN_CHARS);
  const isRegistration = roles.includes(requiredRole.replace('.Read.', '.ReadWrite.'));
  return new AppError(
    'consent-missing',
    `Cannot read tenant ${tid} as its token must hold the role ${requiredRole}: it holds ${held}`,
    {
      blame: isRegistration ? 'partner' : 'tenant',
      action: consentAction(roles, requiredRole, isRegistration),
      missingRoles: [requiredRole],
    },
  );
}

function consentAction(roles: readonly string[], requiredRole: string, isRegistration: boolean): string {
  if (isRegistration)
    return `Add the application permission ${requiredRole} to the registration of the partner app, and remove the one that writes; only then send the customer a new consent link`;
  return roles.length === 0
    ? 'Send the customer a new consent link'
    : `See that the registration of the partner app asks for ${requiredRole}, then send the customer a new consent link`;
}
