import type { SeverityCounts, Trend } from '../../../shared/domain/views/trend-view.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';

export interface DayCounts {
  /** Midnights of the viewer's zone, oldest first. */
  days: readonly Date[];
  severities: readonly string[];
  /** One list a severity, in the same order; one number a day. */
  counts: readonly (readonly number[])[];
}

/** The API's counts by the days of this browser's zone; today is the last day. */
export function countPerDay(counted: Trend['days'], dayCount: number, now: Date): DayCounts {
  const days = Array.from({ length: dayCount }, (_, index) => midnight(now, dayCount - 1 - index));
  const known = new Map(counted.map(({ day, counts }) => [day, bySeverity(counts)]));
  const perDay = days.map((day) => known.get(dayName(day)));
  const counts = SEVERITY_ORDER.map((_, row) => perDay.map((own) => own?.[row] ?? 0));
  return { days, severities: SEVERITY_ORDER, counts };
}

/** By calendar, not by 24 hours: the day of a clock change has 23 or 25. */
export function midnight(at: Date, daysBefore: number): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() - daysBefore);
}

/** As the API writes it: `2026-11-24`. */
function dayName(at: Date): string {
  const twoDigits = (number: number): string => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
}

/** In the board's order; words that are not known count as unknown. */
const bySeverity = (counts: SeverityCounts): number[] =>
  SEVERITY_ORDER.map((severity) => counts[severity] + (severity === 'unknown' ? counts.other : 0));

export interface CustomerCounts {
  tenantId: string;
  name: string;
  bySeverity: readonly number[];
  total: number;
}

/** The same incidents by customer, the busiest first. */
export function countPerCustomer(tenants: Trend['tenants']): CustomerCounts[] {
  return tenants.map(({ tenantId, tenantName, counts }) => {
    const numbers = bySeverity(counts);
    const total = numbers.reduce((sum, number) => sum + number, 0);
    return { tenantId, name: tenantName ?? tenantId, bySeverity: numbers, total };
  });
}
