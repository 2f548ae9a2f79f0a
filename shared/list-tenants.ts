import { listTenantStates } from './coverage-reader.ts';
import type { KnownTenant } from './domain/coverage.ts';
import { SHARDS } from './domain/tenant-id.ts';
import { compareSortKeys, matchesTenant, sortKeyOf, toTenantCursor, type TenantQuery } from './domain/tenant-query.ts';
import { toTenantView, type TenantView } from './domain/tenant-view.ts';
import type { Table } from './ports/table.ts';
import { listTenantRecords } from './tenant-names.ts';

export interface RegistryDeps {
  incidents: Table;
  tenants: Table;
}

export interface TenantList {
  tenants: TenantView[];
  cursor: string | null;
}

/** One page of the registry. No key has this order, so every call reads all tenants: two requests a shard for each thousand. */
export async function listTenants(deps: RegistryDeps, query: TenantQuery): Promise<TenantList> {
  const { sort, pageSize, after } = query;
  const known = (await Promise.all(SHARDS.map((shard) => listKnownTenants(deps, shard)))).flat();
  const following = known
    .filter((tenant) => matchesTenant(query, tenant))
    .map((tenant) => ({ tenant, key: sortKeyOf(tenant, sort) }))
    .filter(({ key }) => after === undefined || compareSortKeys(key, after) > 0)
    .sort((a, b) => compareSortKeys(a.key, b.key))
    .map(({ tenant }) => tenant);
  const page = following.slice(0, pageSize);
  const last = page.at(-1);
  const now = deps.incidents.serviceTime();
  return {
    tenants: page.map((tenant) => toTenantView(tenant, now)),
    cursor: last === undefined || following.length === page.length ? null : toTenantCursor(query, last),
  };
}

/** A tenant is known by either of its rows: an interrupted registration must be seen to be repaired. */
async function listKnownTenants({ incidents, tenants }: RegistryDeps, shard: string): Promise<KnownTenant[]> {
  const [records, states] = await Promise.all([listTenantRecords(tenants, shard), listTenantStates(incidents, shard)]);
  const recordOf = new Map(records.map((record) => [record.tenantId, record]));
  const stateOf = new Map(states.map((state) => [state.tenantId, state]));
  const tenantIds = new Set([...recordOf.keys(), ...stateOf.keys()]);
  return [...tenantIds].map((tenantId) => ({ tenantId, record: recordOf.get(tenantId), state: stateOf.get(tenantId) }));
}
