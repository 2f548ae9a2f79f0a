import type { TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks, readTicks, TICKS_PER_HOUR } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { TenantTokens } from '../ports/tokens.ts';
import type { AuditLog } from '../storing/audit.ts';

export interface AccessDeps {
  incidents: Table;
  audit: AuditLog;
  /** Nothing is read with what they give. Absent where there is no credential. */
  tokens: TenantTokens | undefined;
}

/** Tests once whether the app could still read an erased tenant, and stores the result. False when there was none. */
export async function probeAccess({ incidents, audit, tokens }: AccessDeps, tenantId: TenantId): Promise<boolean> {
  const erasure = await audit.getErasure(tenantId);
  if (erasure === undefined) return false;
  const accessStillPossible = await isAccessPossible(tokens, tenantId);
  if (accessStillPossible === null) return false;
  const accessCheckedAt = formatTicks(incidents.serviceTime());
  await audit.saveErasure({ ...erasure, accessStillPossible, accessCheckedAt });
  return true;
}

/** Once a day, with room for a run that comes a little early. */
const PROBE_AGAIN_AFTER = 23n * TICKS_PER_HOUR;
/** A second each at worst leaves most of the run's time. */
const PROBES_A_RUN = 200;

/** Multiples of it, taken modulo 1, come near every place soon, however many places there are. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/**
 * Tests again, once a day, erased tenants that have not refused yet. Each hour's run begins at another of them, so that tenants
 * without a result do not keep others waiting when there are more than a run can test.
 */
export async function probeErasedTenants(
  deps: AccessDeps,
  isOutOfTime: () => boolean,
): Promise<{ probed: number; left: number }> {
  const now = deps.incidents.serviceTime();
  const due = (await deps.audit.listErasures()).filter(
    ({ accessStillPossible, accessCheckedAt }) =>
      accessStillPossible !== false && (readTicks(accessCheckedAt) ?? 0n) <= now - PROBE_AGAIN_AFTER,
  );
  const start = Math.floor(due.length * ((Number(now / TICKS_PER_HOUR) * GOLDEN_RATIO) % 1));
  const turn = [...due.slice(start), ...due.slice(0, start)].slice(0, PROBES_A_RUN);
  let probed = 0;
  for (const { tenantId } of turn) {
    if (isOutOfTime()) break;
    if (await probeAccess(deps, tenantId)) probed += 1;
  }
  return { probed, left: due.length - probed };
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
    return provesNoAccess(error) ? false : null;
  }
}

export function provesNoAccess({ blame, code }: AppError): boolean {
  return blame === 'tenant' && PROVE_NO_ACCESS.includes(code);
}
