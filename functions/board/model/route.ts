import { readFilter, writeFilter, type IncidentFilter } from './incident-filter.ts';
import { readLook, writeLook, type ListLook } from './list-look.ts';

/** All that a view is restored from; it lives behind the `#` and so is never sent to a server. */
export type Route =
  | { view: 'incidents'; filter: IncidentFilter; look?: ListLook | undefined }
  | { view: 'incident'; tenantId: string; incidentId: string }
  | { view: 'campaigns'; q: string; all: boolean }
  | { view: 'customers'; q: string; status: string; sort: CustomerSort }
  | { view: 'customer'; tenantId: string }
  | { view: 'chart'; days: number; tenantId: string }
  | { view: 'handover'; since: string };

export const CUSTOMER_SORTS = ['name', 'lag', 'open', 'last'] as const;
export type CustomerSort = (typeof CUSTOMER_SORTS)[number];

export const CHART_DAYS = [7, 14, 30, 90] as const;
const DEFAULT_DAYS = 14;

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/').map(decode);
  const parameters = new URLSearchParams(query);
  const text = (name: string): string => parameters.get(name) ?? '';
  switch (view) {
    case 'incident':
      return { view, tenantId: rest[0] ?? '', incidentId: rest[1] ?? '' };
    case 'campaigns':
      return { view, q: text('q'), all: text('all') === 'true' };
    case 'customers':
      return { view, q: text('q'), status: text('status'), sort: readSort(text('sort')) };
    case 'customer':
      return { view, tenantId: rest[0] ?? '' };
    case 'chart':
      return { view, days: readDays(text('days')), tenantId: text('tenant') };
    case 'handover':
      return { view, since: readTime(text('since')) };
    case undefined:
    default:
      return { view: 'incidents', filter: readFilter(parameters), look: readLook(parameters) };
  }
}

export function writeRoute(route: Route): string {
  switch (route.view) {
    case 'incident':
      return `#/incident/${encodeURIComponent(route.tenantId)}/${encodeURIComponent(route.incidentId)}`;
    case 'campaigns':
      return toHash('campaigns', { q: route.q, all: route.all ? 'true' : '' });
    case 'customers':
      return toHash('customers', {
        q: route.q,
        status: route.status,
        sort: route.sort === 'name' ? '' : route.sort,
      });
    case 'customer':
      return `#/customer/${encodeURIComponent(route.tenantId)}`;
    case 'chart':
      return toHash('chart', { days: String(route.days), tenant: route.tenantId });
    case 'handover':
      return toHash('handover', { since: route.since });
    case 'incidents':
      return toHash('incidents', { ...writeFilter(route.filter), ...(route.look && writeLook(route.look)) });
  }
}

function toHash(path: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const query = new URLSearchParams(given).toString();
  return `#/${path}${query === '' ? '' : `?${query}`}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function readSort(text: string): CustomerSort {
  return CUSTOMER_SORTS.find((sort) => sort === text) ?? 'name';
}

function readDays(text: string): number {
  return CHART_DAYS.find((days) => String(days) === text) ?? DEFAULT_DAYS;
}

/** A link that was cut off opens the view without its time. */
function readTime(text: string): string {
  return Number.isNaN(Date.parse(text)) ? '' : new Date(text).toISOString();
}
