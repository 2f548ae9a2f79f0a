import { stateKey } from '../domain/rows/row-keys.ts';
import type { Identification } from '../domain/tenants/verification.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import { tenantNotFound } from '../querying/get-tenant.ts';
import type { ProofDeps } from './prove-consent.ts';
import { toFoundProblem } from './verify-tenant.ts';

/** What a registered tenant calls itself, for the person who approves it. Sends nothing to the tenant, and changes nothing. */
export async function identifyTenant(
  { incidents, organizations }: Pick<ProofDeps, 'incidents' | 'organizations'>,
  tenantId: TenantId,
): Promise<Identification> {
  if ((await incidents.get(shardOf(tenantId), stateKey(tenantId))) === undefined) throw tenantNotFound(tenantId);
  try {
    if (organizations === undefined) throw homeNotSet(tenantId);
    return { organization: await organizations.describe(tenantId), problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { organization: null, problem: toFoundProblem(error) };
  }
}

function homeNotSet(tenantId: TenantId): AppError {
  return new AppError(
    'home-tenant-not-set',
    `Cannot read what tenant ${tenantId} calls itself as PARTNER_TENANT_ID is not set`,
  );
}
