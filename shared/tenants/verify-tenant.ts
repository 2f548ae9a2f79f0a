import type { TokenClaims } from '../domain/entra/token-claims.ts';
import type { SourceName } from '../domain/incidents/incident.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { chosenSource } from '../domain/tenants/tenant-state.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import type { FoundProblem, SourceVerification, Verification, VerifiedClaims } from '../domain/tenants/verification.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { TICKS_PER_HOUR } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import { tenantNotFound } from '../querying/get-tenant.ts';
import { findWantedSource } from '../sources/find-wanted-source.ts';
import { sourceNotConfigured } from '../sources/source-not-configured.ts';
import type { ProofDeps } from './prove-consent.ts';

/**
 * What keeps us from one tenant's incidents, now: a new token's claims, the missing roles, and one page. For a tenant on `auto`
 * the same for the source after a failover. Changes nothing, and returns failures of the customer, of Microsoft and of ours as
 * a result.
 */
export async function verifyTenant(deps: ProofDeps, tenantId: TenantId): Promise<Verification> {
  const row = await deps.incidents.get(shardOf(tenantId), stateKey(tenantId));
  if (row === undefined) throw tenantNotFound(tenantId);
  const state = readStateRow(row.properties);
  const source = await findWantedSource(deps, state);
  const found = await verifySource(deps, tenantId, source);
  const hasStandby = source === 'defender' && chosenSource(state, deps.defaultSource) === 'auto';
  return { source, ...found, standby: hasStandby ? await verifySource(deps, tenantId, 'graph') : null };
}

async function verifySource(deps: ProofDeps, tenantId: TenantId, source: SourceName): Promise<SourceVerification> {
  let claims: VerifiedClaims | null = null;
  try {
    await tryReading(deps, { tenantId, source }, (found) => {
      claims = toVerified(found);
    });
    return { ok: true, claims, missingRoles: [], problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, claims, missingRoles: [...(error.missingRoles ?? [])], problem: toFoundProblem(error) };
  }
}

async function tryReading(
  { providers, incidents }: ProofDeps,
  { tenantId, source }: { tenantId: TenantId; source: SourceName },
  onClaims: (claims: TokenClaims) => void,
): Promise<void> {
  const provider = providers[source];
  if (provider === undefined) throw sourceNotConfigured(tenantId, source);
  onClaims(await provider.tokens.inspect(tenantId));
  provider.tokens.drop(tenantId);
  const reader = await provider.incidents.open(tenantId);
  await reader.list({ updatedFrom: incidents.serviceTime() - TICKS_PER_HOUR, top: 1 });
}

/** Only a failure that somebody beside the caller can end is a finding. */
export function toFoundProblem(error: AppError): FoundProblem {
  const { code, message, blame, action } = error;
  if (blame === 'caller') throw error;
  return { code, message, blame, action };
}

function toVerified({ tid, aud, appId, roles, expiresAt }: TokenClaims): VerifiedClaims {
  return { tid, aud, appId, roles: [...roles], expiresAt: expiresAt.toISOString() };
}
