import type { TokenClaims } from '../domain/entra/token-claims.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import type { Verification, VerifiedClaims } from '../domain/tenants/verification.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { TICKS_PER_HOUR } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import { tenantNotFound } from '../querying/get-tenant.ts';
import { sourceNotConfigured } from '../sources/source-not-configured.ts';
import { findWantedSource } from './find-wanted-source.ts';
import type { ProofDeps } from './prove-consent.ts';

/**
 * What stands between us and one tenant's incidents, now: a new token's claims, the roles that it lacks, and one page. Changes
 * nothing, and answers a failure of the customer, of Microsoft or of ours as what it is.
 */
export async function verifyTenant(deps: ProofDeps, tenantId: TenantId): Promise<Verification> {
  const row = await deps.incidents.get(shardOf(tenantId), stateKey(tenantId));
  if (row === undefined) throw tenantNotFound(tenantId);
  let claims: VerifiedClaims | null = null;
  try {
    await tryReading(deps, readStateRow(row.properties), (found) => {
      claims = toVerified(found);
    });
    return { ok: true, claims, missingRoles: [], problem: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.blame === 'caller') throw error;
    const { code, message, blame, action } = error;
    return {
      ok: false,
      claims,
      missingRoles: [...(error.missingRoles ?? [])],
      problem: { code, message, blame, action },
    };
  }
}

async function tryReading(
  { providers, incidents, defaultSource }: ProofDeps,
  state: TenantState,
  onClaims: (claims: TokenClaims) => void,
): Promise<void> {
  const source = await findWantedSource({ incidents, defaultSource }, state);
  const provider = providers[source];
  if (provider === undefined) throw sourceNotConfigured(state.tenantId, source);
  onClaims(await provider.tokens.inspect(state.tenantId));
  provider.tokens.drop(state.tenantId);
  const reader = await provider.incidents.open(state.tenantId);
  await reader.list({ updatedFrom: incidents.serviceTime() - TICKS_PER_HOUR, top: 1 });
}

function toVerified({ tid, aud, appId, roles, expiresAt }: TokenClaims): VerifiedClaims {
  return { tid, aud, appId, roles: [...roles], expiresAt: expiresAt.toISOString() };
}
