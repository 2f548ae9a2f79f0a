export const SORT_KEYS = [
  'updated',
  'created',
  'severity',
  'customer',
  'name',
  'status',
  'assigned',
  'alerts',
  'devices',
  'users',
  'sla',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What the list of open incidents shows, and in which order. */
export interface IncidentFilter {
  q: string;
  severity: readonly string[];
  status: readonly string[];
  /** One tenant, by its id. */
  tenant: string;
  /** A part of a tenant's name or customer, as typed. */
  customer: string;
  label: string;
  /** A name, or `unassigned`. */
  assigned: string;
  sort: SortKey;
  isDescending: boolean;
}

export const UNASSIGNED = 'unassigned';

export const NO_FILTER: IncidentFilter = {
  q: '',
  severity: [],
  status: [],
  tenant: '',
  customer: '',
  label: '',
  assigned: '',
  sort: 'updated',
  isDescending: true,
};

export function readFilter(parameters: URLSearchParams): IncidentFilter {
  const text = (name: string): string => parameters.get(name) ?? '';
  const words = (name: string): string[] => text(name).split(',').filter(Boolean);
  const sort = text('sort');
  return {
    q: text('q'),
    severity: words('severity'),
    status: words('status'),
    tenant: text('tenant'),
    customer: text('customer'),
    label: text('label'),
    assigned: text('assigned'),
    sort: SORT_KEYS.find((key) => key === sort.replace(/^-/, '')) ?? NO_FILTER.sort,
    isDescending: sort === '' ? NO_FILTER.isDescending : sort.startsWith('-'),
  };
}

/** Only what differs from the plain list, so that links stay short. */
export function writeFilter(filter: IncidentFilter): Record<string, string> {
  const isPlainOrder = filter.sort === NO_FILTER.sort && filter.isDescending === NO_FILTER.isDescending;
  return {
    q: filter.q,
    severity: filter.severity.join(),
    status: filter.status.join(),
    tenant: filter.tenant,
    customer: filter.customer,
    label: filter.label,
    assigned: filter.assigned,
    sort: isPlainOrder ? '' : `${filter.isDescending ? '-' : ''}${filter.sort}`,
  };
}

/** True when the filter may hide something. */
export function isFiltering(filter: IncidentFilter): boolean {
  const { q, severity, status, assigned } = filter;
  return severity.length + status.length > 0 || isAnyGiven(q, assigned) || namesCustomers(filter);
}

/** True when it selects some customers only. */
export function namesCustomers({ tenant, customer, label }: IncidentFilter): boolean {
  return isAnyGiven(tenant, customer, label);
}

const isAnyGiven = (...texts: readonly string[]): boolean => texts.some((text) => text.trim() !== '');
