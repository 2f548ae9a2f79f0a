import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { DEFAULT_SLA, dueMs, type Sla } from './sla.ts';
import { UNASSIGNED, type IncidentFilter, type SortKey } from './incident-filter.ts';

/** Worst first. */
export const SEVERITY_ORDER = ['high', 'medium', 'low', 'informational', 'unknown'] as const;

export type LabelsByTenant = ReadonlyMap<string, readonly string[]>;

/** The incidents that the filter lets through, in its order; those that are equal keep theirs. */
export function selectIncidents(
  incidents: readonly ListedIncident[],
  filter: IncidentFilter,
  labels: LabelsByTenant,
  sla: Sla = DEFAULT_SLA,
): ListedIncident[] {
  return sortIncidents(filterIncidents(incidents, filter, labels), filter, sla);
}

/** The same in the order in which they came. */
export function filterIncidents(
  incidents: readonly ListedIncident[],
  filter: IncidentFilter,
  labels: LabelsByTenant,
): ListedIncident[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const isOfCustomers = customersOf(filter);
  const isAny = (wanted: readonly string[], value: string): boolean => wanted.length === 0 || wanted.includes(value);
  return incidents.filter(
    (incident) =>
      isAny(filter.severity, incident.severity) &&
      isAny(filter.status, incident.status) &&
      isAssigned(filter.assigned, incident.assignedTo) &&
      isOfCustomers(incident, labels.get(incident.tenantId)) &&
      (words.length === 0 || hasWords(incident, words)),
  );
}

type Named = Pick<ListedIncident, 'tenantId' | 'tenantName' | 'customer'>;

/** Whether a filter selects a customer, whatever it selects of its incidents. */
export function customersOf(filter: IncidentFilter): (named: Named, labels: readonly string[] | undefined) => boolean {
  const { tenant, label } = filter;
  const text = filter.customer.trim().toLowerCase();
  return (named, labels) =>
    (tenant === '' || named.tenantId === tenant) &&
    (label === '' || (labels?.includes(label) ?? false)) &&
    (text === '' || customerText(named).includes(text));
}

/** How many incidents have each word of a field. */
export function countBy(incidents: readonly ListedIncident[], field: 'severity' | 'status'): Map<string, number> {
  const counts = new Map<string, number>();
  for (const incident of incidents) counts.set(incident[field], (counts.get(incident[field]) ?? 0) + 1);
  return counts;
}

export const customerName = ({ tenantName, tenantId }: Pick<ListedIncident, 'tenantName' | 'tenantId'>): string =>
  tenantName ?? tenantId;

function customerText({ tenantName, customer, tenantId }: Named): string {
  return `${tenantName ?? ''} ${customer ?? ''} ${tenantId}`.toLowerCase();
}

function isAssigned(wanted: string, assignedTo: string | null): boolean {
  const name = wanted.trim().toLowerCase();
  if (name === '') return true;
  const present = assignedTo?.toLowerCase() ?? '';
  return name === UNASSIGNED ? present === '' : present.includes(name);
}

function hasWords(incident: ListedIncident, words: readonly string[]): boolean {
  const { incidentId, name, assignedTo, status, tags, categories, mitreTechniques, serviceSources } = incident;
  const lists = [tags, categories, mitreTechniques, serviceSources].flat();
  const text = [incidentId, name, assignedTo, status, ...lists].join(' ').toLowerCase() + customerText(incident);
  return words.every((word) => text.includes(word));
}

function sortIncidents(
  incidents: ListedIncident[],
  { sort, isDescending }: IncidentFilter,
  sla: Sla,
): ListedIncident[] {
  const sign = isDescending ? -1 : 1;
  // Compared by code unit: names are sorted thousands at a time, and a locale's order takes a hundred times as long.
  const keyed = incidents.map((incident) => ({ incident, key: sortKeyOf(incident, sort, sla) }));
  keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ incident }) => incident);
}

function sortKeyOf(incident: ListedIncident, sort: SortKey, sla: Sla): string {
  switch (sort) {
    case 'updated':
      return incident.lastUpdateTime;
    case 'created':
      return incident.createdTime ?? '';
    case 'severity':
      return `${9 - severityRank(incident.severity)} ${incident.lastUpdateTime}`;
    case 'customer':
      return customerName(incident).toLowerCase();
    case 'name':
      return (incident.name ?? '').toLowerCase();
    case 'status':
      return incident.status;
    case 'assigned':
      return (incident.assignedTo ?? '').toLowerCase();
    case 'alerts':
      return sortNumber(incident.alertsCount ?? 0);
    case 'devices':
      return sortNumber(incident.devicesCount ?? 0);
    case 'users':
      return sortNumber(incident.usersCount ?? 0);
    case 'sla':
      return sortNumber(dueMs(incident, sla) ?? Number.MAX_SAFE_INTEGER);
  }
}

const sortNumber = (value: number): string => `${value}`.padStart(16, '0');

/** 0 is the worst. */
export function severityRank(severity: string): number {
  const rank = SEVERITY_ORDER.findIndex((one) => one === severity);
  return rank < 0 ? SEVERITY_ORDER.length : rank;
}
