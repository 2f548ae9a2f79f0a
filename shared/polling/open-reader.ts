import type { SourceName } from '../domain/incidents/incident.ts';
import { cutBefore } from '../domain/reading/read-cycle.ts';
import { moveToSource } from '../domain/tenants/move-to-source.ts';
import { pollInterval } from '../domain/tenants/poll-interval.ts';
import { toLastError } from '../domain/tenants/poll-outcome.ts';
import { chosenSource, wantedSource } from '../domain/tenants/tenant-state.ts';
import { maxTicks, TICKS_PER_DAY, TICKS_PER_HOUR } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import { readAlertsApart } from '../sources/apart-reader.ts';
import { boundReader } from '../sources/bound-reader.ts';
import { meterReader } from '../sources/metered-reader.ts';
import { sourceNotConfigured } from '../sources/source-not-configured.ts';
import { watchSource, type WatchedSource } from '../sources/watch-source.ts';
import type { TenantSession } from '../storing/tenant-session.ts';
import { isStorageFailure } from '../tables/is-storage-failure.ts';
import { checkStandby } from './check-standby.ts';
import type { CollectDeps, CollectJob, OpenedSource } from './tenant-poll.ts';
import { witnessOf } from './witness.ts';

export interface PollStart {
  session: TenantSession;
  job: CollectJob;
  /** When the tenant's turn ends, on the monotonic clock. */
  deadlineMs: number;
}

/**
 * What a poll reads from. A tenant that is to be read from another source than before moves to it as soon as it can be read there;
 * until then the old source goes on, and the state says what is missing.
 */
export async function openReader(deps: CollectDeps, start: PollStart): Promise<OpenedSource> {
  const { session, job } = start;
  const state = session.state();
  const { defaultSource } = deps.settings;
  const { readFrom, move } = state;
  const wanted = wantedSource(state, defaultSource, job.stage === 'retired');
  if (wanted !== readFrom && !job.isContinuation) return moveReader(deps, start, wanted);
  // A move that was taken back before it began leaves nothing to say.
  if (wanted === readFrom && move?.problem !== undefined)
    await session.commit({ change: (present) => ({ ...present, move: undefined }) });
  const isOnStandby = readFrom === 'defender' && chosenSource(state, defaultSource) === 'auto';
  const standby = isOnStandby ? await checkStandby(deps.sources.graph, state, deps.table.serviceTime()) : undefined;
  return { ...(await openSource(deps, start, readFrom)), standby };
}

async function moveReader(deps: CollectDeps, start: PollStart, source: SourceName): Promise<OpenedSource> {
  const { session } = start;
  const now = deps.table.serviceTime();
  const { completeThrough, readFrom } = session.state();
  try {
    const opened = await openSource(deps, { ...start, job: { ...start.job, isPrepaid: false } }, source);
    // A token proves no licence: only an answer shows that incidents can be read.
    await opened.reader.list({ updatedFrom: now - TICKS_PER_HOUR, top: 1, withoutAlerts: true });
    await move(deps, session, source);
    deps.log('info', 'source_moved', { tenantId: start.job.tenantId, source });
    return { ...opened, standby: undefined };
  } catch (error) {
    // Without anything from the old source there is nothing to go on with.
    if (completeThrough === undefined) await move(deps, session, source);
    if (completeThrough === undefined || !mayGoOn(error)) throw error;
    const problem = toLastError(error, session.state().move?.problem, now);
    await session.commit({ change: (state) => ({ ...state, move: { since: state.move?.since ?? now, problem } }) });
    deps.log('warn', 'source_not_readable', { tenantId: start.job.tenantId, source, code: error.code });
    const old = await openSource(deps, start, readFrom);
    return { ...old, standby: { checkedAt: now, problem } };
  }
}

async function move({ table, settings }: CollectDeps, session: TenantSession, source: SourceName): Promise<void> {
  const now = table.serviceTime();
  const lookbackFrom = cutBefore(now - BigInt(settings.initialLookbackDays) * TICKS_PER_DAY);
  await session.commit({ change: (state) => moveToSource(state, source, { now, lookbackFrom }) });
}

/** What the new source refuses is no reason to stop the old one; what stops the worker is. */
function mayGoOn(error: unknown): error is AppError {
  if (!(error instanceof AppError) || isStorageFailure(error)) return false;
  return !hasCode(error, 'tenant-taken', 'tenant-gone', 'credential-stopped', 'budget-spent');
}

async function openSource(deps: CollectDeps, start: PollStart, name: SourceName): Promise<WatchedSource> {
  const { table, clock, settings, sources } = deps;
  const { session, job, deadlineMs } = start;
  const source = sources[name];
  if (source === undefined) throw sourceNotConfigured(job.tenantId, name);
  const interval = pollInterval(session.state(), settings);
  const incidents = await source.open(job.tenantId);
  const reader = meterReader({
    reader: boundReader(incidents, clock, deadlineMs),
    session,
    table,
    clock,
    limits: settings.callLimits,
    prepaidCalls: job.isPrepaid ? 1 : 0,
    hasAnswered: job.isContinuation,
    deadlineMs,
    repeats: deps.repeats,
    random: deps.random,
    extendClaim: (busyUntil) => maxTicks(busyUntil, table.serviceTime() + 2n * interval),
  });
  const isDefender = name === 'defender';
  const doubts = {
    isSuspected: isDefender && job.stage !== undefined && job.stage !== 'alive',
    witness: isDefender ? witnessOf(session.state()) : undefined,
    lookFrom: table.serviceTime() - BigInt(settings.initialLookbackDays) * TICKS_PER_DAY,
  };
  if (incidents.addAlerts === undefined) return watchSource(reader, doubts);
  const { alertsApart, live, backfill, reconcile, readFrom } = session.state();
  const apart =
    name === readFrom
      ? { learnt: alertsApart, cycles: [live, backfill, reconcile] }
      : { learnt: undefined, cycles: [] };
  return watchSource(readAlertsApart(reader, apart), doubts);
}
