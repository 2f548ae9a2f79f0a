import { AppError } from '../../errors.ts';
import type { SourceName } from '../incidents/incident.ts';
import { TICKS_PER_MINUTE, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';

/** Calls to one source that were charged to one tenant, on the storage service's clock. */
export interface CallBudget {
  /** [second, calls] of the last 80 s, oldest first. */
  recent: (readonly [number, number])[];
  /** [minute, calls] of the last 62 minutes, oldest first. */
  minutes: (readonly [number, number])[];
}

export interface CallLimits {
  perMinute: number;
  perHour: number;
}

/** Each source counts by itself, so a tenant that moves between them has a budget for each. */
export type SourceLimits = Readonly<Record<SourceName, CallLimits>>;

/**
 * The Defender API allows 50 calls a minute and 1,500 an hour for each tenant (learn.microsoft.com, List incidents API). Graph's
 * page of limits names 150 a minute for each app and tenant for resources of `/security`, does not mention incidents, and has no
 * limit an hour. We spend less, so that redelivered messages and manual runs fit in beside it.
 */
export const DEFAULT_CALL_LIMITS: SourceLimits = {
  defender: { perMinute: 45, perHour: 1_400 },
  graph: { perMinute: 135, perHour: 8_100 },
};

/** A reserved call is made within this time or given up, so that no minute at the source sees calls of two budgets. */
export const RESERVATION_SECONDS = 20;

const RECENT_SECONDS = 60 + RESERVATION_SECONDS;
const HOUR_MINUTES = 62;

export const EMPTY_BUDGET: CallBudget = { recent: [], minutes: [] };

const secondOf = (at: Ticks): number => Number(at / TICKS_PER_SECOND);
const minuteOf = (at: Ticks): number => Number(at / TICKS_PER_MINUTE);
const sum = (entries: readonly (readonly [number, number])[]): number =>
  entries.reduce((total, [, calls]) => total + calls, 0);

function current(budget: CallBudget, now: Ticks): CallBudget {
  return {
    recent: budget.recent.filter(([second]) => second > secondOf(now) - RECENT_SECONDS),
    minutes: budget.minutes.filter(([minute]) => minute > minuteOf(now) - HOUR_MINUTES),
  };
}

/** How many calls may be charged at `now`. */
export function allowedCalls(budget: CallBudget, now: Ticks, limits: CallLimits): number {
  const { recent, minutes } = current(budget, now);
  return Math.max(0, Math.min(limits.perMinute - sum(recent), limits.perHour - sum(minutes)));
}

export function chargeCalls(budget: CallBudget, now: Ticks, calls: number): CallBudget {
  const { recent, minutes } = current(budget, now);
  return { recent: add(recent, secondOf(now), calls), minutes: add(minutes, minuteOf(now), calls) };
}

function add(entries: CallBudget['recent'], at: number, calls: number): CallBudget['recent'] {
  const last = entries.at(-1);
  return last?.[0] === at ? [...entries.slice(0, -1), [at, last[1] + calls]] : [...entries, [at, calls]];
}

/** The earliest moment at which a call may be charged; `now` when that is at once. */
export function nextAllowedAt(budget: CallBudget, now: Ticks, limits: CallLimits): Ticks {
  const { recent, minutes } = current(budget, now);
  const minute = freeAt(recent, limits.perMinute, (second) => BigInt(second + RECENT_SECONDS) * TICKS_PER_SECOND);
  const hour = freeAt(minutes, limits.perHour, (index) => BigInt(index + HOUR_MINUTES) * TICKS_PER_MINUTE);
  return [minute, hour].reduce((latest, at) => (at > latest ? at : latest), now);
}

function freeAt(entries: CallBudget['recent'], limit: number, expiry: (at: number) => Ticks): Ticks {
  let left = sum(entries);
  for (const [at, calls] of entries) {
    if (left < limit) return 0n;
    left -= calls;
    if (left < limit) return expiry(at);
  }
  return 0n;
}

/** Ends the run without being a failure of the tenant. `when` completes "Cannot call the source …". */
export function budgetSpent(when: string, retryAfterMs: number): AppError {
  return new AppError('budget-spent', `Cannot call the source ${when}`, {
    retryAfterMs,
    action: 'Nothing: reading goes on at the next tick; if it lasts, look for another program that uses the app',
  });
}
