import type { Claims } from '../basics/jwt.ts';
import type { Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { Tenant } from '../state/directory.ts';
import type { World } from '../state/world.ts';

/** What one API wants of a token, and how it refuses one. */
export interface Guard {
  audiences: readonly string[];
  /** One of them is enough. */
  roles: readonly string[];
  missingRole: string;
  /** Absent where the API needs no licence. */
  notLicensed?: { code: string; message: string };
  refuse(status: number, code: string, message: string): Answer;
}

/** The tenant whose token came, or the refusal. */
export function authorize(world: World, { headers }: SimulatedRequest, guard: Guard): Tenant | Answer {
  const token = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const claims = token === undefined ? undefined : world.signer.verify(token);
  const nowSeconds = world.clock.nowMs() / 1000;
  const tenant = world.directory.findTenant(text(claims, 'tid'));
  const isForUs = guard.audiences.includes(text(claims, 'aud'));
  if (claims === undefined || tenant === undefined || !isForUs || Number(claims['exp']) <= nowSeconds)
    return guard.refuse(401, 'Unauthorized', 'Invalid or expired authorization header.');
  if (world.liveTokens.get(tenant.tenantId)?.has(text(claims, 'uti')) !== true)
    return guard.refuse(401, 'Unauthorized', 'The authorization header is no longer valid.');
  const roles = Array.isArray(claims['roles']) ? claims['roles'].map(String) : [];
  if (!guard.roles.some((role) => roles.includes(role))) return guard.refuse(403, 'Forbidden', guard.missingRole);
  if (!tenant.isLicensed && guard.notLicensed !== undefined)
    return guard.refuse(403, guard.notLicensed.code, guard.notLicensed.message);
  return tenant;
}

function text(claims: Claims | undefined, name: string): string {
  const value = claims?.[name];
  return typeof value === 'string' ? value : '';
}
