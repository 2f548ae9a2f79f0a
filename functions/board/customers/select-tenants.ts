import type { BoardTenant } from '../data/answers.ts';
import type { CustomerSort } from '../model/route.ts';
import { compareOpen, NONE_OPEN, type OpenCount } from './count-open.ts';

export interface TenantFilter {
  q: string;
  /** A status of the API, or one of `TENANT_STATES`. */
  status: string;
  sort: CustomerSort;
}

/** What an operator looks for that is no status. */
export const TENANT_STATES = ['blind', 'silent'] as const;

/**
 * Matching customers in the wanted order; those that are equal keep theirs, which is by name. A customer that was never read
 * whole is the least fresh, one without incidents has been quiet for the longest time.
 */
export function selectTenants(
  tenants: readonly BoardTenant[],
  { q, status, sort }: TenantFilter,
  open: ReadonlyMap<string, OpenCount>,
): BoardTenant[] {
  const text = q.trim().toLowerCase();
  const selected = tenants.filter(
    (tenant) => hasStatus(tenant, status) && (text === '' || textOf(tenant).includes(text)),
  );
  switch (sort) {
    case 'name':
      return selected;
    case 'lag':
      return selected.sort((a, b) => (a.completeThrough ?? '').localeCompare(b.completeThrough ?? ''));
    case 'last':
      return selected.sort((a, b) => (a.lastIncidentAt ?? '').localeCompare(b.lastIncidentAt ?? ''));
    case 'open': {
      const countOf = ({ tenantId }: BoardTenant): OpenCount => open.get(tenantId) ?? NONE_OPEN;
      return selected.sort((a, b) => compareOpen(countOf(a), countOf(b)));
    }
  }
}

function hasStatus({ status, blind, silence }: BoardTenant, wanted: string): boolean {
  if (wanted === 'blind') return blind?.kind === 'blind';
  if (wanted === 'silent') return blind === undefined && silence !== null;
  return wanted === '' || status === wanted;
}

function textOf({ displayName, customer, labels, tenantId }: BoardTenant): string {
  return [displayName, customer, ...labels, tenantId].join(' ').toLowerCase();
}
