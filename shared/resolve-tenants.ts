import { findUnknownName, type NamedSelection } from './domain/known-names.ts';
import type { TenantId } from './domain/tenant-id.ts';
import { hasLabel, isOfCustomer, type TenantRecord } from './domain/tenant-record.ts';
import type { TenantNames } from './tenant-names.ts';

export interface TenantSelection {
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label?: string | undefined;
}

/** The tenants that a filter names, or `undefined` for all. A customer or label that no tenant has is a 400. */
export async function resolveTenants(
  names: TenantNames,
  { tenantId, customer, label }: TenantSelection,
): Promise<TenantId[] | undefined> {
  if (customer === undefined && label === undefined) return tenantId === undefined ? undefined : [tenantId];
  const records = await readKnowing(names, { customer, label });
  return records
    .filter((record) => tenantId === undefined || record.tenantId === tenantId)
    .filter((record) => customer === undefined || isOfCustomer(record, customer))
    .filter((record) => label === undefined || hasLabel(record, label))
    .map((record) => record.tenantId);
}

/** A name that was given to a tenant elsewhere a moment ago must not be refused: a misspelt one costs what `GET /tenants` does. */
async function readKnowing(names: TenantNames, selection: NamedSelection): Promise<TenantRecord[]> {
  const kept = [...(await names.read()).values()];
  if (findUnknownName(selection, kept) === undefined) return kept;
  const records = [...(await names.read(undefined, 0)).values()];
  const unknown = findUnknownName(selection, records);
  if (unknown !== undefined) throw unknown;
  return records;
}
