import { findUnknownName, unknownTenant, type NamedSelection } from '../domain/queries/known-names.ts';
import { hasLabel, isOfCustomer, type TenantRecord } from '../domain/tenants/tenant-record.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { CoverageReader } from './coverage-reader.ts';
import type { TenantNames } from './tenant-names.ts';

export interface TenantSelection {
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label?: string | undefined;
}

export interface ResolveDeps {
  names: TenantNames;
  coverage: CoverageReader;
}

/** The tenants that a filter names, or `undefined` for all. A customer, label or id that no tenant has is a 400. */
export async function resolveTenants(
  { names, coverage }: ResolveDeps,
  { tenantId, customer, label }: TenantSelection,
): Promise<TenantId[] | undefined> {
  const hasNames = customer !== undefined || label !== undefined;
  const records = hasNames ? await readKnowing(names, { customer, label }) : [];
  if (tenantId !== undefined) await refuseUnknown(coverage, tenantId);
  if (!hasNames) return tenantId === undefined ? undefined : [tenantId];
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

/** A tenant whose registration was interrupted is known too: its rows may be there. */
async function refuseUnknown(coverage: CoverageReader, tenantId: TenantId): Promise<void> {
  const { blind } = await coverage.read([tenantId]);
  if (!blind.some(({ code }) => code === 'not-registered')) return;
  const known = (await coverage.known(0)).map((tenant) => tenant.tenantId);
  if (!known.includes(tenantId)) throw unknownTenant(tenantId, known);
}
