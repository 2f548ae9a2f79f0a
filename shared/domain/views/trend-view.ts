import {
  COUNTED_SEVERITIES,
  countedFrom,
  listCreated,
  type CountedSeverity,
  type CreatedCounts,
} from '../incidents/created-counts.ts';
import { compareText } from '../values/compare-text.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, msFromTicks, type Ticks } from '../values/ticks.ts';
import type { Coverage } from './coverage.ts';

export type SeverityCounts = Record<CountedSeverity, number>;

/** How many incidents were created on each day. */
export interface Trend {
  zone: string;
  /** Oldest first; the last one is today. */
  days: TrendDay[];
  /** Those that have any, the busiest first. */
  tenants: TrendTenant[];
  notCountedCount: number;
  notCounted: NotCounted[];
  coverage: Coverage;
}

export interface TrendDay {
  /** `2026-11-24`. */
  day: string;
  counts: SeverityCounts;
}

interface NamedTenant {
  tenantId: string;
  tenantName: string | null;
}

export interface TrendTenant extends NamedTenant {
  customer: string | null;
  counts: SeverityCounts;
}

/** A tenant of which incidents of these days may be missing from the counts. */
export interface NotCounted extends NamedTenant {
  /** What was created before then is not counted; `null`: nothing is, yet. */
  before: string | null;
}

export interface CountedTenant {
  tenantId: TenantId;
  tenantName: string | null;
  customer: string | null;
  created: CreatedCounts | undefined;
}

const SHOWN_NOT_COUNTED = 100;

export function toTrend(
  tenants: readonly CountedTenant[],
  { zone, days: dayCount }: { zone: string; days: number },
  now: Ticks,
): Omit<Trend, 'coverage'> {
  const dayOf = dayReader(zone);
  const days = new Map(listDays(dayOf(now), dayCount).map((day) => [day, noCounts()]));
  const [firstDay = ''] = days.keys();
  const shown: TrendTenant[] = [];
  const notCounted: NotCounted[] = [];
  for (const { created, ...named } of tenants) {
    const { tenantId, tenantName } = named;
    const from = created === undefined ? undefined : countedFrom(created);
    if (from === undefined) notCounted.push({ tenantId, tenantName, before: null });
    else if (from > 0n && dayOf(from - 1n) >= firstDay)
      notCounted.push({ tenantId, tenantName, before: formatTicks(from) });
    const counts = noCounts();
    for (const { from: at, severity, count } of created === undefined ? [] : listCreated(created)) {
      const day = days.get(dayOf(at));
      if (day === undefined) continue;
      day[severity] += count;
      counts[severity] += count;
    }
    if (sumOf(counts) > 0) shown.push({ ...named, counts });
  }
  return {
    zone,
    days: [...days].map(([day, counts]) => ({ day, counts })),
    tenants: shown.sort((a, b) => sumOf(b.counts) - sumOf(a.counts) || compareText(a.tenantId, b.tenantId)),
    notCountedCount: notCounted.length,
    notCounted: notCounted.slice(0, SHOWN_NOT_COUNTED),
  };
}

const noCounts = (): SeverityCounts =>
  Object.fromEntries(COUNTED_SEVERITIES.map((severity) => [severity, 0])) as SeverityCounts;

const sumOf = (counts: SeverityCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The day of a moment. It is remembered: tenants share their quarters of an hour. */
function dayReader(zone: string): (at: Ticks) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const known = new Map<number, string>();
  return (at) => {
    const ms = msFromTicks(at);
    const day = known.get(ms) ?? format.format(ms);
    known.set(ms, day);
    return day;
  };
}

/** By calendar: the day of a clock change has 23 or 25 hours. */
function listDays(today: string, count: number): string[] {
  const last = new Date(`${today}T00:00:00Z`);
  return Array.from({ length: count }, (_, at) =>
    new Date(last.getTime() - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );
}

const DAY_MS = 86_400_000;
