import type { SourceChoice } from '../domain/incidents/incident.ts';
import { findUnknownName } from '../domain/queries/known-names.ts';
import {
  compareSortKeys,
  matchesTenant,
  sortKeyOf,
  toTenantCursor,
  type TenantQuery,
} from '../domain/queries/tenant-query.ts';
import type { BlindTenant } from '../domain/views/coverage.ts';
import { toTenantView, type TenantView } from '../domain/views/tenant-view.ts';
import type { Table } from '../ports/table.ts';
import type { CoverageReader } from './coverage-reader.ts';

export interface ListDeps {
  incidents: Table;
  coverage: CoverageReader;
  /** The source of tenants without their own. */
  defaultSource: SourceChoice;
}

export interface TenantList {
  tenants: TenantView[];
  cursor: string | null;
  /** Those of this page that are blind, all of them. */
  blind: BlindTenant[];
}

/** One page of the registry. No key has this order, so every call reads all tenants: two requests a shard for each thousand. */
export async function listTenants(deps: ListDeps, query: TenantQuery): Promise<TenantList> {
  const { sort, pageSize, after } = query;
  // Whatever changed a tenant, this process or another, is seen at once.
  const known = await deps.coverage.known(0);
  const unknown = findUnknownName(
    query,
    known.flatMap(({ record }) => record ?? []),
  );
  if (unknown !== undefined) throw unknown;
  const following = known
    .filter((tenant) => matchesTenant(query, tenant))
    .map((tenant) => ({ tenant, key: sortKeyOf(tenant, sort) }))
    .filter(({ key }) => after === undefined || compareSortKeys(key, after) > 0)
    .sort((a, b) => compareSortKeys(a.key, b.key))
    .map(({ tenant }) => tenant);
  const page = following.slice(0, pageSize);
  const last = page.at(-1);
  const at = { now: deps.incidents.serviceTime(), defaultSource: deps.defaultSource };
  return {
    tenants: page.map((tenant) => toTenantView(tenant, at)),
    cursor: last === undefined || following.length === page.length ? null : toTenantCursor(query, last),
    blind: deps.coverage.blindOf(page),
  };
}
