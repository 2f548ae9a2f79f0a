import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { CustomerSort } from '../model/route.ts';

export interface TenantFilter {
  q: string;
  status: string;
  sort: CustomerSort;
}

/** Matching customers, by name or the least fresh first; a customer that was never read completely is the least fresh. */
export function selectTenants<Tenant extends TenantView>(
  tenants: readonly Tenant[],
  { q, status, sort }: TenantFilter,
): Tenant[] {
  const text = q.trim().toLowerCase();
  const selected = tenants.filter(
    (tenant) => (status === '' || tenant.status === status) && (text === '' || textOf(tenant).includes(text)),
  );
  if (sort === 'name') return selected;
  return selected.sort((a, b) => (a.completeThrough ?? '').localeCompare(b.completeThrough ?? ''));
}

function textOf({ displayName, customer, labels, tenantId }: TenantView): string {
  return [displayName, customer, ...labels, tenantId].join(' ').toLowerCase();
}
