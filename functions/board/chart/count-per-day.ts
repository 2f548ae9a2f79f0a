import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';

export interface DayCounts {
  /** Midnights of the viewer's zone, oldest first. */
  days: readonly Date[];
  severities: readonly string[];
  /** One list a severity, in the same order; one number a day. */
  counts: readonly (readonly number[])[];
}

type Counted = Pick<ListedIncident, 'createdTime' | 'severity'>;

/** Incidents by the day of their creation, in the zone of this browser; today is the last day. */
export function countPerDay(incidents: readonly Counted[], dayCount: number, now: Date): DayCounts {
  const days = Array.from({ length: dayCount }, (_, index) => midnight(now, dayCount - 1 - index));
  const places = new Map(days.map((day, index) => [day.getTime(), index]));
  const counts = SEVERITY_ORDER.map(() => days.map(() => 0));
  for (const { createdTime, severity } of incidents) {
    const place = createdTime === null ? undefined : places.get(midnight(new Date(createdTime), 0).getTime());
    const row = counts[rowOf(severity)];
    if (place !== undefined && row !== undefined) row[place] = (row[place] ?? 0) + 1;
  }
  return { days, severities: SEVERITY_ORDER, counts };
}

/** By calendar, not by 24 hours: the day of a clock change has 23 or 25. */
export function midnight(at: Date, daysBefore: number): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() - daysBefore);
}

/** Words that are not known count as unknown. */
function rowOf(severity: string): number {
  const row = SEVERITY_ORDER.findIndex((one) => one === severity);
  return row < 0 ? SEVERITY_ORDER.length - 1 : row;
}

export interface CustomerCounts {
  tenantId: string;
  name: string;
  bySeverity: readonly number[];
  total: number;
}

/** The same incidents by customer, the busiest first. */
export function countPerCustomer(incidents: readonly ListedIncident[]): CustomerCounts[] {
  const customers = Map.groupBy(incidents, ({ tenantId }) => tenantId);
  return [...customers]
    .map(([tenantId, own]) => ({
      tenantId,
      name: own[0]?.tenantName ?? tenantId,
      bySeverity: SEVERITY_ORDER.map((_, row) => own.filter(({ severity }) => rowOf(severity) === row).length),
      total: own.length,
    }))
    .sort((a, b) => b.total - a.total);
}
