import { describeChange, type TenantChange } from '../domain/requests/tenant-change.ts';
import type { TenantRecord } from '../domain/tenants/tenant-record.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { TenantView } from '../domain/views/tenant-view.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import { getTenant, type RegistryDeps } from '../querying/get-tenant.ts';
import type { AuditLog } from '../storing/audit.ts';
import { saveTenantRecord } from './save-tenant-record.ts';

export interface RegisterDeps extends RegistryDeps {
  control: TenantControl;
  audit: AuditLog;
  /** Called when the tenant was written, so that this process shows it at once. */
  onChanged(tenantId: TenantId): void;
}

export interface RegisteredTenant {
  tenant: TenantView;
  isNew: boolean;
}

/**
 * Registers an unknown tenant as `pending`, or changes what is given of a known one. The state row comes first: whatever stops
 * this half-way, the same call again finishes it.
 */
export async function registerTenant(
  deps: RegisterDeps,
  tenantId: TenantId,
  change: TenantChange,
  actor: string,
): Promise<RegisteredTenant> {
  await deps.audit.record({ actor, action: 'change-tenant', tenantId, detail: describeChange(change) });
  const hasNewState = await deps.control.register(tenantId, change);
  const hasNewRecord = await saveTenantRecord(deps.tenants, tenantId, (record) =>
    comeBack(applyNames(record, change), change),
  );
  deps.onChanged(tenantId);
  return { tenant: await getTenant(deps, tenantId), isNew: hasNewState || hasNewRecord };
}

/** An operator who starts a deleted tenant's collection has withdrawn the deletion. */
function comeBack(record: TenantRecord, { paused }: TenantChange): TenantRecord {
  return paused === false ? { ...record, deletedAt: null } : record;
}

/** The record with the names that are given. */
export function applyNames(
  record: TenantRecord,
  { displayName, customer, labels }: Pick<TenantChange, 'displayName' | 'customer' | 'labels'>,
): TenantRecord {
  return {
    ...record,
    ...(displayName !== undefined && { displayName }),
    ...(customer !== undefined && { customer }),
    ...(labels !== undefined && { labels }),
  };
}
