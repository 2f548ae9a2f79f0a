import type { TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import type { TenantView } from '../domain/views/tenant-view.ts';
import { getTenant, tenantNotFound } from '../querying/get-tenant.ts';
import type { RegisterDeps } from './register-tenant.ts';
import { saveTenantRecord } from './save-tenant-record.ts';

export interface DeleteRequest {
  tenantId: TenantId;
  /** Erase its rows, instead of keeping them. */
  isPurge: boolean;
  actor: string;
}

/** Stops a tenant's collection and remembers that it was deleted, or orders the erasure of all its rows. */
export async function deleteTenant(deps: RegisterDeps, request: DeleteRequest): Promise<TenantView> {
  const { tenantId, isPurge, actor } = request;
  await deps.audit.record({ actor, action: isPurge ? 'purge-tenant' : 'delete-tenant', tenantId });
  const answer = isPurge ? await deps.control.purge(tenantId) : await deps.control.stop(tenantId);
  if (answer === 'unknown') throw tenantNotFound(tenantId);
  const now = formatTicks(deps.incidents.serviceTime());
  await saveTenantRecord(deps.tenants, tenantId, (record) => ({ ...record, deletedAt: record.deletedAt ?? now }));
  deps.onChanged(tenantId);
  return getTenant(deps, tenantId);
}
