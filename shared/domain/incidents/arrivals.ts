import { maxTicks, TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../values/ticks.ts';

/** When a tenant's incidents were created. What is stored again changes nothing, and neither does the order. */
export interface Arrivals {
  /** The newest one. */
  newestAt: Ticks;
  /** A bit for each hour in which one was created: the newest one's hour is the lowest bit, each hour before it the next. */
  hours: bigint;
}

/** Weekends and a day off are in it several times. */
const KEPT_HOURS = (28n * TICKS_PER_DAY) / TICKS_PER_HOUR;
const ALL_HOURS = (1n << KEPT_HOURS) - 1n;

const hourOf = (at: Ticks): bigint => at / TICKS_PER_HOUR;

/** One that is dated later than `now` would make a tenant look busy until then: it does not count. */
export function noteArrivals(
  before: Arrivals | undefined,
  createdAt: readonly Ticks[],
  now: Ticks,
): Arrivals | undefined {
  const past = createdAt.filter((at) => at <= now);
  if (past.length === 0) return before;
  const newestAt = past.reduce(maxTicks, before?.newestAt ?? 0n);
  const newestHour = hourOf(newestAt);
  // A shift by more than is kept would only make a long number to cut off.
  const shift = before === undefined ? KEPT_HOURS : newestHour - hourOf(before.newestAt);
  let hours = before === undefined || shift >= KEPT_HOURS ? 0n : (before.hours << shift) & ALL_HOURS;
  for (const at of past) {
    const age = newestHour - hourOf(at);
    if (age < KEPT_HOURS) hours |= 1n << age;
  }
  return { newestAt, hours };
}

/** How many hours before the newest one each hour with incidents lies, ascending from 0. */
export function agesOf({ hours }: Arrivals): number[] {
  const bits = Array.from(hours.toString(2)).reverse();
  return bits.flatMap((bit, age) => (bit === '1' ? [age] : []));
}
