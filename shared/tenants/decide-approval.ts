import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { TenantView } from '../domain/views/tenant-view.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import { getTenant, tenantNotFound } from '../querying/get-tenant.ts';
import { deleteIfPresent } from '../tables/delete-if-present.ts';
import type { RegisterDeps } from './register-tenant.ts';

export interface ApprovalRequest {
  tenantId: TenantId;
  decision: Parameters<TenantControl['decide']>[1];
  actor: string;
}

/**
 * An operator's decision on a tenant that came through an unbound link: an approved one is collected, a rejected one is
 * deleted. Returns the tenant if it still exists.
 */
export async function decideApproval(
  deps: RegisterDeps,
  { tenantId, decision, actor }: ApprovalRequest,
): Promise<TenantView | undefined> {
  await deps.audit.record({ actor, action: `${decision}-tenant`, tenantId });
  const answer = await deps.control.decide(tenantId, decision);
  if (decision === 'approve' && answer === 'unknown') throw tenantNotFound(tenantId);
  // The state row went first, so a rejection that stopped between the two is finished by the same call.
  const isDeleted =
    decision === 'reject' && (await deleteIfPresent(deps.tenants, shardOf(tenantId), { rowKey: tenantId }));
  if (decision === 'reject' && answer === 'unknown' && !isDeleted) throw tenantNotFound(tenantId);
  deps.onChanged(tenantId);
  return decision === 'approve' ? await getTenant(deps, tenantId) : undefined;
}
