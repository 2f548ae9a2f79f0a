import type { TenantId } from '../domain/values/tenant-id.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import type { AuditLog } from '../storing/audit.ts';

export interface CollectionRequestDeps {
  control: TenantControl;
  audit: AuditLog;
}

/** Makes an active tenant due at the next tick, whatever its interval. */
export async function requestCollection(
  { control, audit }: CollectionRequestDeps,
  tenantId: TenantId,
  actor: string,
): Promise<{ tenantId: TenantId; dueAt: string }> {
  await audit.record({ actor, action: 'collect-now', tenantId });
  return { tenantId, dueAt: await control.collectNow(tenantId) };
}
