import type { CredentialReport } from '../collection/credential-report.ts';
import type { SourceState } from '../collection/source-state.ts';
import { findFleetRefusal, type FleetRefusal } from '../collection/fleet-refusal.ts';
import type { SourceChoice } from '../incidents/incident.ts';
import { isStale, type IntervalSettings } from '../tenants/poll-interval.ts';
import { hasLastingGap, isRefused, shouldBeCurrent } from '../tenants/staleness.ts';
import { isPollable, type TenantState } from '../tenants/tenant-state.ts';
import { compareText } from '../values/compare-text.ts';
import { formatTicks, maxTicks, TICKS_PER_MINUTE, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';
import { listSilent, type KnownTenant, type SilentTenant } from './coverage.ts';
import { problemOf, type HealthProblem } from './health-problem.ts';
import { listSourceNotices, listSourceWorries } from './source-worries.ts';
import { statusOf } from './tenant-view.ts';

export interface Health {
  /** `failing`: nothing is collected, or most customers cannot be read. `degraded`: something is, and somebody should look. */
  status: 'ok' | 'degraded' | 'failing';
  /** Why it is failing, and what else concerns more than the tenants named. */
  problems: HealthProblem[];
  tenants: { byStatus: Record<string, number> };
  /** Of the tenants that are polled; `null` when none was read whole yet. */
  worstLagSeconds: number | null;
  staleCount: number;
  /** The worst 20. */
  staleTenants: StaleTenant[];
  /** Tenants that are read well and send nothing new for longer than is usual there: no failure of the collector. */
  silentCount: number;
  /** The longest 20. */
  silentTenants: SilentTenant[];
  lastTick: string | null;
  /** Messages of the last 24 h that no worker survived. */
  poisoned: number;
  credentialExpiresAt: string | null;
}

export interface StaleTenant {
  tenantId: string;
  tenantName: string | null;
  completeThrough: string | null;
  lagSeconds: number | null;
  code: string;
}

export interface RunFacts {
  tenants: readonly KnownTenant[];
  lastTick: Ticks | undefined;
  poisoned: number;
  credential: CredentialReport | undefined;
  /** What all tenants together say of the Defender API. */
  sourceState: SourceState;
  now: Ticks;
}

const SHOWN = 20;

export interface HealthSettings extends IntervalSettings {
  /** `INCIDENT_SOURCE`. */
  defaultSource: SourceChoice;
}

export function toHealth(facts: RunFacts, settings: HealthSettings): Health {
  const { tenants, lastTick, poisoned, credential, now } = facts;
  const states = tenants.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const stale = tenants.filter((tenant) => isUnread(tenant, settings, now));
  const silent = listSilent(tenants, settings, now);
  const failures = listFailures(facts, settings);
  const worries = [...listWorries(facts, settings), ...listSourceWorries(facts, settings.defaultSource)];
  const lags = states.filter(isPollable).flatMap((state) => lagOf(state, now) ?? []);
  return {
    status: failures.length > 0 ? 'failing' : stale.length + poisoned + worries.length > 0 ? 'degraded' : 'ok',
    problems: [...failures, ...worries, ...listSourceNotices(facts, settings.defaultSource)],
    tenants: { byStatus: countBy(tenants.map(statusOf)) },
    worstLagSeconds: lags.length === 0 ? null : Math.max(...lags),
    staleCount: stale.length,
    staleTenants: stale
      .map((tenant) => toStaleTenant(tenant, now))
      .sort((a, b) => compareText(a.completeThrough ?? '', b.completeThrough ?? ''))
      .slice(0, SHOWN),
    silentCount: silent.length,
    silentTenants: silent.slice(0, SHOWN),
    lastTick: lastTick === undefined ? null : formatTicks(lastTick),
    poisoned,
    credentialExpiresAt: credential?.expiresAt?.toISOString() ?? null,
  };
}

/** Stale, or without the row that collection goes by: then nothing polls it, and the clean-up alone sees it. */
function isUnread({ record, state }: KnownTenant, settings: IntervalSettings, now: Ticks): boolean {
  if (state === undefined) return record !== undefined && record.deletedAt === null;
  return isPollable(state) && isStale(state, settings, now);
}

/** That most customers cannot be read, whatever the cause: a monitor that checks only the status must see it. */
function findUnread({ tenants, now }: RunFacts, settings: IntervalSettings): HealthProblem | undefined {
  const known = tenants.flatMap(({ state }) =>
    state !== undefined && state.completeThrough !== undefined && shouldBeCurrent(state) ? [state] : [],
  );
  const unread = known.filter((state) => isRefused(state) || (isStale(state, settings, now) && !isCatchingUp(state)));
  if (unread.length * 2 <= known.length) return undefined;
  const fleet = findFleetRefusal(known);
  const count = `Most customers cannot be read: ${unread.length} of ${known.length}`;
  return fleet === undefined ? describeUnread(count, unread) : describeFleet(count, fleet);
}

const isCatchingUp = ({ live, backfill, lastError }: TenantState): boolean =>
  lastError === undefined && (live !== undefined || backfill !== undefined);

function describeFleet(count: string, { code, since, refused, message }: FleetRefusal): HealthProblem {
  return problemOf(
    'fleet-refused',
    `${count}; ${refused} of them are refused with ${code} since ${formatTicks(since)}, e.g. ${message}`,
  );
}

function describeUnread(count: string, unread: readonly TenantState[]): HealthProblem {
  const codes = countBy(unread.map(({ lastError }) => lastError?.code ?? 'stale'));
  const [code = 'stale', times = 0] = Object.entries(codes).sort(([, a], [, b]) => b - a)[0] ?? [];
  return problemOf('customers-unread', `${count}; the reason of ${times} is ${code}`);
}

/** Both a tick and a credential's failure are news for the larger of 15 minutes and three intervals. */
function newsSince(now: Ticks, { intervalSeconds }: IntervalSettings): Ticks {
  const interval = BigInt(intervalSeconds) * TICKS_PER_SECOND;
  return now - maxTicks(3n * interval, 15n * TICKS_PER_MINUTE);
}

function listFailures(facts: RunFacts, settings: IntervalSettings): HealthProblem[] {
  const { lastTick, now } = facts;
  const since = newsSince(now, settings);
  const problems: HealthProblem[] = [];
  if (lastTick === undefined || lastTick < since)
    problems.push(
      problemOf(
        'no-tick',
        `Nothing is collected as the timer does not run: its last tick was ${lastTick === undefined ? 'never' : formatTicks(lastTick)}`,
      ),
    );
  const unread = findUnread(facts, settings);
  return [...problems, ...credentialProblems(facts, since, true), ...(unread === undefined ? [] : [unread])];
}

/** Problems that cost no customer all of its new incidents yet, and need an operator. */
function listWorries(facts: RunFacts, settings: IntervalSettings): HealthProblem[] {
  const gaps = findLastingGaps(facts);
  const credential = credentialProblems(facts, newsSince(facts.now, settings), false);
  return gaps === undefined ? credential : [...credential, gaps];
}

function credentialProblems({ credential }: RunFacts, since: Ticks, isStopped: boolean): HealthProblem[] {
  const { problem } = credential ?? {};
  if (problem === undefined || problem.isStopped !== isStopped || problem.seenAt < since) return [];
  const { code, blame, message, action } = problem;
  return [{ code, blame, message, action }];
}

function findLastingGaps({ tenants, now }: RunFacts): HealthProblem | undefined {
  const lasting = tenants.flatMap(({ tenantId, state }) =>
    state !== undefined && hasLastingGap(state, now) ? [tenantId] : [],
  );
  if (lasting.length === 0) return undefined;
  return problemOf(
    'gaps-lasting',
    `Something of ${lasting.length} customers could not be read for more than a day, e.g. of tenant ${lasting[0]}`,
  );
}

function toStaleTenant({ tenantId, record, state }: KnownTenant, now: Ticks): StaleTenant {
  const { completeThrough, lastError } = state ?? {};
  return {
    tenantId,
    tenantName: record?.displayName ?? null,
    completeThrough: completeThrough === undefined ? null : formatTicks(completeThrough),
    lagSeconds: state === undefined ? null : lagOf(state, now),
    code: state === undefined ? 'tenant-state-missing' : (lastError?.code ?? 'stale'),
  };
}

function lagOf({ completeThrough }: TenantState, now: Ticks): number | null {
  return completeThrough === undefined ? null : Math.max(0, Number((now - completeThrough) / TICKS_PER_SECOND));
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
