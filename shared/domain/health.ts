import type { Blame } from '../errors.ts';
import { compareText } from './compare-text.ts';
import type { KnownTenant } from './coverage.ts';
import type { CredentialReport } from './credential-report.ts';
import { isStale, type IntervalSettings } from './poll-interval.ts';
import { isPollable, type TenantState } from './tenant-state.ts';
import { statusOf } from './tenant-view.ts';
import { formatTicks, maxTicks, TICKS_PER_MINUTE, TICKS_PER_SECOND, type Ticks } from './ticks.ts';

export interface Health {
  /** `failing`: nothing is collected. `degraded`: something is, and somebody should look. */
  status: 'ok' | 'degraded' | 'failing';
  /** Why it is failing. */
  problems: HealthProblem[];
  tenants: { byStatus: Record<string, number> };
  /** Of the tenants that are polled; `null` when none was read whole yet. */
  worstLagSeconds: number | null;
  staleCount: number;
  /** The worst 20. */
  staleTenants: StaleTenant[];
  lastTick: string | null;
  /** Messages of the last 24 h that no worker survived. */
  poisoned: number;
  credentialExpiresAt: string | null;
}

export interface HealthProblem {
  code: string;
  message: string;
  blame: Blame;
  action: string;
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
  now: Ticks;
}

const SHOWN_STALE = 20;

export function toHealth(facts: RunFacts, settings: IntervalSettings): Health {
  const { tenants, lastTick, poisoned, credential, now } = facts;
  const states = tenants.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const stale = tenants.filter(({ state }) => state && isPollable(state) && isStale(state, settings, now));
  const problems = listProblems(facts, settings);
  const lags = states.filter(isPollable).flatMap((state) => lagOf(state, now) ?? []);
  return {
    status: problems.length > 0 ? 'failing' : stale.length + poisoned > 0 ? 'degraded' : 'ok',
    problems,
    tenants: { byStatus: countBy(tenants.map(statusOf)) },
    worstLagSeconds: lags.length === 0 ? null : Math.max(...lags),
    staleCount: stale.length,
    staleTenants: stale
      .map((tenant) => toStaleTenant(tenant, now))
      .sort((a, b) => compareText(a.completeThrough ?? '', b.completeThrough ?? ''))
      .slice(0, SHOWN_STALE),
    lastTick: lastTick === undefined ? null : formatTicks(lastTick),
    poisoned,
    credentialExpiresAt: credential?.expiresAt?.toISOString() ?? null,
  };
}

/** Both a tick and a credential's failure are news for the larger of 15 minutes and three intervals. */
function listProblems({ lastTick, credential, now }: RunFacts, { intervalSeconds }: IntervalSettings): HealthProblem[] {
  const interval = BigInt(intervalSeconds) * TICKS_PER_SECOND;
  const since = now - maxTicks(3n * interval, 15n * TICKS_PER_MINUTE);
  const problems: HealthProblem[] = [];
  if (lastTick === undefined || lastTick < since)
    problems.push({
      code: 'no-tick',
      blame: 'partner',
      message: `Nothing is collected as the timer does not run: its last tick was ${lastTick === undefined ? 'never' : formatTicks(lastTick)}`,
      action: 'See whether the collecting app runs and what its log says of dispatchCollection',
    });
  const problem = credential?.problem;
  if (problem?.isStopped === true && problem.seenAt >= since) {
    const { code, blame, message, action } = problem;
    problems.push({ code, blame, message, action });
  }
  return problems;
}

function toStaleTenant({ tenantId, record, state }: KnownTenant, now: Ticks): StaleTenant {
  const { completeThrough, lastError } = state ?? {};
  return {
    tenantId,
    tenantName: record?.displayName ?? null,
    completeThrough: completeThrough === undefined ? null : formatTicks(completeThrough),
    lagSeconds: state === undefined ? null : lagOf(state, now),
    code: lastError?.code ?? 'stale',
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
