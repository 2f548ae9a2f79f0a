import type { NotCounted } from '../../../shared/domain/views/trend-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import { UNCOLLECTED } from '../data/coverage-of.ts';
import { midnight } from './count-per-day.ts';

/** How much of a day is stored, for all selected customers; `today` is not over. */
export interface KnownDay {
  state: 'whole' | 'part' | 'unknown' | 'today';
  /** Customers of which the whole day is known; for today, up to now. */
  known: number;
  of: number;
}

/** Customers that are not read on purpose have no days. */
export const chartedTenants = (tenants: readonly BoardTenant[], tenantId: string): BoardTenant[] =>
  tenants.filter(
    (tenant) =>
      (tenantId === '' || tenant.tenantId === tenantId) &&
      tenant.deletedAt === null &&
      !UNCOLLECTED.includes(tenant.status),
  );

/** What is stored and not counted is as little known as what is not stored. */
export function asCounted(tenants: readonly BoardTenant[], notCounted: readonly NotCounted[]): BoardTenant[] {
  const limits = new Map(notCounted.map(({ tenantId, before }) => [tenantId, before]));
  return tenants.map((tenant) => {
    const before = limits.get(tenant.tenantId);
    if (before === undefined || tenant.completeFrom === null) return tenant;
    const isEarlier = before !== null && Date.parse(before) <= Date.parse(tenant.completeFrom);
    return isEarlier ? tenant : { ...tenant, completeFrom: before };
  });
}

/**
 * What is known of each day: a day that was not read is no day without incidents. `days` are midnights, the last is today's.
 */
export function knowDays(days: readonly Date[], tenants: readonly BoardTenant[]): KnownDay[] {
  return days.map((day, index) => {
    const isToday = index === days.length - 1;
    const parts = tenants.map((tenant) => (isToday ? knowToday(day, tenant) : knowDay(day, tenant)));
    const known = parts.filter((part) => part === 'whole').length;
    const of = tenants.length;
    if (isToday) return { state: 'today', known, of };
    if (parts.every((part) => part === 'unknown')) return { state: 'unknown', known, of };
    return { state: known === of ? 'whole' : 'part', known, of };
  });
}

function knowDay(day: Date, { completeFrom, completeThrough, gaps }: BoardTenant): 'whole' | 'part' | 'unknown' {
  const [startMs, endMs] = [day.getTime(), midnight(day, -1).getTime()];
  const fromMs = completeFrom === null ? Infinity : Date.parse(completeFrom);
  const throughMs = completeThrough === null ? -Infinity : Date.parse(completeThrough);
  if (fromMs >= endMs || throughMs <= startMs || fromMs >= throughMs) return 'unknown';
  const hasGap = gaps.some(({ from, to }) => Date.parse(from) < endMs && Date.parse(to) > startMs);
  return fromMs <= startMs && throughMs >= endMs && !hasGap ? 'whole' : 'part';
}

function knowToday(day: Date, { blind, completeFrom }: BoardTenant): 'whole' | 'unknown' {
  const isFromBegin = completeFrom !== null && Date.parse(completeFrom) <= day.getTime();
  return blind === undefined && isFromBegin ? 'whole' : 'unknown';
}

/** `all`, `none`, `38 of 40`, `in part`; for a table. */
export function knownFor({ state, known, of }: KnownDay): string {
  if (state === 'unknown') return 'none';
  const customers = known === of ? 'all' : of === 1 ? (state === 'today' ? 'none' : 'in part') : `${known} of ${of}`;
  return state === 'today' ? `${customers}, so far` : customers;
}

/** A number of a day of which not everything is known is the least that it can be, and none at all says nothing. */
export function formatCount(count: number, state: KnownDay['state']): string {
  if (state === 'whole' || state === 'today') return String(count);
  return count === 0 ? '–' : `≥ ${count}`;
}
