import type { TenantId } from './domain/tenant-id.ts';
import { hasLabel, isOfCustomer } from './domain/tenant-record.ts';
import type { TenantNames } from './tenant-names.ts';

export interface TenantSelection {
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label?: string | undefined;
}

/** The tenants that a filter names, or `undefined` for all. */
export async function resolveTenants(
  names: TenantNames,
  { tenantId, customer, label }: TenantSelection,
): Promise<TenantId[] | undefined> {
  if (customer === undefined && label === undefined) return tenantId === undefined ? undefined : [tenantId];
  const records = await names.read(tenantId === undefined ? undefined : [tenantId]);
  return [...records.values()]
    .filter((record) => customer === undefined || isOfCustomer(record, customer))
    .filter((record) => label === undefined || hasLabel(record, label))
    .map((record) => record.tenantId);
}
