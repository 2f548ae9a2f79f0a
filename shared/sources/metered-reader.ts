import type { ObservedIncident } from '../domain/incidents/incident.ts';
import type { AlertsApart } from '../domain/reading/alerts-apart.ts';
import {
  allowedCalls,
  budgetSpent,
  nextAllowedAt,
  RESERVATION_SECONDS,
  type SourceLimits,
} from '../domain/reading/call-budget.ts';
import { SMALLEST_TOP } from '../domain/reading/page-size.ts';
import type { RepeatBudget } from '../domain/reading/repeat-budget.ts';
import { retryDelayMs } from '../domain/reading/retry-delay.ts';
import { budgetOf, chargeSource } from '../domain/tenants/tenant-state.ts';
import { minTicks, msFromTicks, TICKS_PER_DAY, TICKS_PER_MS, type Ticks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentPage, IncidentQuery, TenantIncidents } from '../ports/incident-source.ts';
import type { Table } from '../ports/table.ts';
import type { TenantSession } from '../storing/tenant-session.ts';
import { addAllAlerts } from './add-all-alerts.ts';
import { refusePartial } from './refuse-partial.ts';

/** A tenant's reader that charges each call before it is made, obeys `Retry-After`, and repeats throttled calls. */
export interface MeteredReader {
  /** It can change within a poll. */
  readonly maxTop: number;
  /** The known statuses of the source, in its own spelling. */
  readonly statuses: readonly string[];
  list(query: IncidentQuery): Promise<IncidentPage>;
  follow(nextLink: string, updatedFrom: Ticks): Promise<IncidentPage>;
  /** The incident with all of its alerts, however many calls they take. */
  get(incidentId: string, options?: Pick<IncidentQuery, 'withoutAlerts'>): Promise<ObservedIncident | undefined>;
  /** What is known so far about lists that fail with their alerts. */
  alertsApart(): AlertsApart | undefined;
  /** The storage service's clock. */
  serviceTime(): Ticks;
  /** Calls made so far, failed ones included. */
  callsMade(): number;
  /** The service has returned a response in this poll. */
  hasAnswered(): boolean;
  /** How many of them returned 429. */
  callsThrottled(): number;
  /**
   * Reads the newest moment once with a page of `top`, after a short wait. A page of one shows whether the service responds at all,
   * and is repeated only if it has responded in this poll, so that a service that is down costs two calls a poll.
   */
  probe(top: number): Promise<IncidentPage>;
}

export interface MeterOptions {
  reader: TenantIncidents;
  session: TenantSession;
  table: Table;
  clock: Clock;
  limits: SourceLimits;
  /** Calls that the claim has charged already. */
  prepaidCalls: number;
  /** The turn before this one has just ended with a response. */
  hasAnswered: boolean;
  /** No call begins and no wait ends after this moment of the monotonic clock, in ms. */
  deadlineMs: number;
  /** Shared by all readers of the process. */
  repeats: RepeatBudget;
  /** 0 ≤ random() < 1, for the jitter of delays. */
  random(): number;
  /** Keeps the claim while a long read goes on. */
  extendClaim(busyUntil: Ticks): Ticks;
}

/** Calls that one fenced commit reserves. Not more, because a crash loses those that are unused. */
const CALLS_PER_RESERVATION = 10;

export function meterReader(options: MeterOptions): MeteredReader {
  const { reader, session, table, clock } = options;
  const { source } = reader;
  const limits = options.limits[source];
  let prepaid = options.prepaidCalls;
  let reserved = 0;
  let reservedAtMs = 0;
  let calls = 0;
  let throttled = 0;
  let { hasAnswered } = options;

  async function waitUntilAllowed(): Promise<void> {
    const now = table.serviceTime();
    const at = nextAllowedAt(budgetOf(session.state(), source), now, limits);
    const waitMs = Number((at - now) / TICKS_PER_MS) + 1_000;
    if (clock.monotonicMs() + waitMs > options.deadlineMs)
      throw budgetSpent(`before ${new Date(msFromTicks(at)).toISOString()}: the call budget is spent`, waitMs);
    await clock.sleep(waitMs);
  }

  async function reserve(): Promise<void> {
    for (;;) {
      const allowed = allowedCalls(budgetOf(session.state(), source), table.serviceTime(), limits);
      if (allowed > 0) {
        const sentAtMs = clock.monotonicMs();
        const wanted = Math.min(CALLS_PER_RESERVATION, allowed);
        await session.commit({
          change: (state) => ({
            ...chargeSource(state, source, { now: table.serviceTime(), calls: wanted }),
            busyUntil: options.extendClaim(state.busyUntil),
          }),
        });
        reserved = wanted;
        reservedAtMs = sentAtMs;
        return;
      }
      await waitUntilAllowed();
    }
  }

  async function charge(): Promise<void> {
    if (calls > 0 && clock.monotonicMs() >= options.deadlineMs)
      throw budgetSpent('again in this run: its time is spent', 0);
    if (prepaid > 0) prepaid -= 1;
    else await useReservation();
    calls += 1;
  }

  async function useReservation(): Promise<void> {
    if (reserved === 0 || clock.monotonicMs() - reservedAtMs > RESERVATION_SECONDS * 1_000) await reserve();
    reserved -= 1;
  }

  /**
   * A response cannot know more than what existed when it was requested, whatever its `Date` says. A response that is dated a day
   * back is a cached copy and proves nothing.
   */
  async function believable(send: () => Promise<IncidentPage>): Promise<IncidentPage> {
    const askedAt = table.serviceTime();
    const page = await send();
    return {
      ...page,
      visibleUntil: minTicks(page.visibleUntil, askedAt),
      isPartial: page.isPartial || page.visibleUntil < askedAt - TICKS_PER_DAY,
    };
  }

  /** Repeats a 429 always, and other transient failures if `isRepeated` says so. */
  async function call<T>(send: () => Promise<T>, isRepeated = (): boolean => false): Promise<T> {
    let hasNewToken = false;
    options.repeats.earn();
    for (let attempt = 1; ; attempt += 1) {
      await charge();
      try {
        const answer = await send();
        hasAnswered = true;
        return answer;
      } catch (error) {
        if (hasCode(error, 'throttled')) throttled += 1;
        if (hasCode(error, 'unauthorized') && !hasNewToken) {
          // A withdrawn consent and an expired token look alike; only a new token shows which it is.
          hasNewToken = true;
          reader.dropToken();
          continue;
        }
        // A probe tells other transient failures from lasting ones (docs/adr/0030-a-failing-window-is-searched.md).
        const mayRepeat = attempt <= MAX_REPEATS && (hasCode(error, 'throttled') || isRepeated());
        const delayMs = mayRepeat ? retryDelayMs(error, attempt, options.random) : undefined;
        if (delayMs === undefined || delayMs > MAX_WAIT_MS || clock.monotonicMs() + delayMs > options.deadlineMs)
          throw error;
        if (!options.repeats.spend()) throw error;
        if (delayMs >= LONG_WAIT_MS) await keepClaim();
        await clock.sleep(delayMs);
      }
    }
  }

  /** A worker that took its message late could wait beyond the claim, and the next worker would call during the wait. */
  async function keepClaim(): Promise<void> {
    await session.commit({ change: (state) => ({ ...state, busyUntil: options.extendClaim(state.busyUntil) }) });
  }

  async function probe(top: number): Promise<IncidentPage> {
    const waitMs = Math.ceil(PROBE_DELAY_MS * (0.5 + options.random() / 2));
    if (clock.monotonicMs() + waitMs < options.deadlineMs) await clock.sleep(waitMs);
    const page = await call(
      () => believable(() => reader.list({ updatedFrom: table.serviceTime(), top, withoutAlerts: true })),
      () => hasAnswered && top === SMALLEST_TOP,
    );
    refusePartial(page);
    return page;
  }

  return {
    maxTop: reader.maxTop,
    statuses: reader.statuses,
    list: (query) => call(() => believable(() => reader.list(query))),
    follow: (nextLink, updatedFrom) => call(() => believable(() => reader.follow(nextLink, updatedFrom))),
    get: async (incidentId, options) => addAllAlerts(reader, await call(() => reader.get(incidentId, options)), call),
    alertsApart: () => undefined,
    serviceTime: () => table.serviceTime(),
    callsMade: () => calls,
    callsThrottled: () => throttled,
    hasAnswered: () => hasAnswered,
    probe,
  };
}

const MAX_REPEATS = 3;

/** Outlasts a restart of a gateway in front of the service. */
const PROBE_DELAY_MS = 2_000;

/**
 * A longer wait parks the tenant. It would keep a worker from other tenants, and three such waits could outlast the claim, so that
 * the next worker calls before the wait is over.
 */
const MAX_WAIT_MS = 90_000;
const LONG_WAIT_MS = 10_000;
