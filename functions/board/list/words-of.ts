import type { BoardTenant } from '../data/answers.ts';
import type { IncidentFilter } from '../model/incident-filter.ts';
import { label } from '../model/describe-change.ts';

/** What the filters select by, for the name of a file: severities and statuses are the API's words. */
export function wordsOf(filter: IncidentFilter, tenants: readonly BoardTenant[]): string[] {
  return [...filter.severity, ...filter.status, ...namesOf(filter, tenants)];
}

/** The same for the name of a tab. */
export function titleWords(filter: IncidentFilter, tenants: readonly BoardTenant[]): string[] {
  return [...[...filter.severity, ...filter.status].map(label), ...namesOf(filter, tenants)];
}

function namesOf(
  { tenant, customer, label: ofTenants, assigned, q }: IncidentFilter,
  tenants: readonly BoardTenant[],
): string[] {
  const name = tenants.find(({ tenantId }) => tenantId === tenant)?.displayName ?? tenant;
  return [name, customer, ofTenants, assigned, q].filter((word) => word !== '');
}
