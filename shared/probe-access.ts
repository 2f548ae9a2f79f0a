import type { AuditLog } from './audit.ts';
import type { TenantId } from './domain/tenant-id.ts';
import { formatTicks } from './domain/ticks.ts';
import { AppError } from './errors.ts';
import type { TenantTokens } from './ports/tokens.ts';
import type { Table } from './ports/table.ts';

export interface AccessDeps {
  incidents: Table;
  audit: AuditLog;
  /** Nothing is read with what they give. Absent where there is no credential. */
  tokens: TenantTokens | undefined;
}

/** Asks once whether the app could still read an erased tenant, and remembers the answer. */
export async function probeAccess({ incidents, audit, tokens }: AccessDeps, tenantId: TenantId): Promise<void> {
  const erasure = await audit.getErasure(tenantId);
  if (erasure === undefined) return;
  const accessStillPossible = await isAccessPossible(tokens, tenantId);
  if (accessStillPossible === null) return;
  const accessCheckedAt = formatTicks(incidents.serviceTime());
  await audit.saveErasure({ ...erasure, accessStillPossible, accessCheckedAt });
}

/** Asks again for every erased tenant that has not refused yet. */
export async function probeErasedTenants(deps: AccessDeps): Promise<void> {
  for (const { tenantId, accessStillPossible } of await deps.audit.listErasures())
    if (accessStillPossible !== false) await probeAccess(deps, tenantId);
}

/** A tenant that is blocked, has no licence or refuses for an unknown reason may still have its consent. */
const PROVE_NO_ACCESS: readonly string[] = ['app-disabled-in-tenant', 'consent-missing', 'tenant-not-found'];

/** `null`: the question could not be put, because of Entra or of us. */
async function isAccessPossible(tokens: TenantTokens | undefined, tenantId: TenantId): Promise<boolean | null> {
  if (tokens === undefined) return null;
  try {
    // One that was got before says nothing about today.
    tokens.drop(tenantId);
    await tokens.get(tenantId);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.blame === 'tenant' && PROVE_NO_ACCESS.includes(error.code) ? false : null;
  }
}
