import { claimNextTurn, nextTurnAt } from '../domain/tenants/next-turn.ts';
import { claimTolerance, pollInterval } from '../domain/tenants/poll-interval.ts';
import { afterSuccess } from '../domain/tenants/poll-outcome.ts';
import { reconcileSlotAfter } from '../domain/tenants/reconcile-plan.ts';
import { explainEnd } from '../domain/tenants/source-sign.ts';
import { isPollable, type TenantState } from '../domain/tenants/tenant-state.ts';
import { TICKS_PER_DAY, type Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import { confirmChangeLog } from '../storing/confirm-change-log.ts';
import type { TenantSession } from '../storing/tenant-session.ts';
import { openTracedSession } from '../storing/traced.ts';
import { countOlder } from './count-older.ts';
import { indexOlder } from './index-older.ts';
import { clearLooseIndexes } from '../storing/clear-loose-indexes.ts';
import { clearLooseGenerations } from '../storing/write-incidents.ts';
import { isStorageFailure } from '../tables/is-storage-failure.ts';
import { openReader } from './open-reader.ts';
import { readFront } from './read-front.ts';
import { readBackfill, retryGaps } from './read-older-parts.ts';
import { reconcileTenant } from './reconcile-tenant.ts';
import { recordBlindness } from './record-blindness.ts';
import { recordFailure } from './record-failure.ts';
import type { Tally, TenantOutcome } from './tenant-outcome.ts';
import { type CollectDeps, type CollectJob, type PartRead, type Poll, unchanged } from './tenant-poll.ts';

/** Pulls what changed in one tenant and stores it. Never throws for what is wrong with the tenant: the outcome says it. */
export async function pollTenant(deps: CollectDeps, job: CollectJob): Promise<TenantOutcome> {
  const tally = { tenantId: job.tenantId, calls: 0, throttled: 0, stored: 0 };
  let session: TenantSession | undefined;
  try {
    session = await openTracedSession(deps, job);
    if (session === undefined || !isDue(session.state(), job, deps)) return { ...tally, kind: 'skipped' };
    const poll = await startPoll(deps, job, session, (count) => (tally.stored += count));
    try {
      const isComplete = await readTenant(poll);
      if (isComplete) return { ...tally, ...callsOf(poll), kind: 'complete' };
      const state = session.state();
      return { ...tally, ...callsOf(poll), kind: 'more', nextTurnAt: nextTurnOf(deps, job, state) };
    } finally {
      Object.assign(tally, callsOf(poll));
    }
  } catch (error) {
    if (hasCode(error, 'tenant-taken', 'tenant-gone')) return { ...tally, kind: 'taken' };
    const told = explainEnd(error, job.stage === 'retired' ? session?.state() : undefined);
    return await recordFailure(deps, session, tally, told);
  }
}

/** Whether the turn's last commit has claimed the next one. */
function nextTurnOf({ table, settings }: CollectDeps, job: CollectJob, state: TenantState): Ticks | undefined {
  return state.claimedTick > job.tick
    ? nextTurnAt(state, table.serviceTime(), settings.callLimits[state.readFrom])
    : undefined;
}

function callsOf({ reader }: Poll): Pick<Tally, 'calls' | 'throttled'> {
  return { calls: reader.callsMade(), throttled: reader.callsThrottled() };
}

/** A second delivery, a message of an older tick and a tenant that was paused meanwhile all end here, without a call. */
function isDue(state: TenantState, job: CollectJob, { settings }: CollectDeps): boolean {
  if (!isPollable(state) || job.tick < state.claimedTick) return false;
  return state.nextDueAt <= job.tick + claimTolerance(pollInterval(state, settings));
}

async function startPoll(
  deps: CollectDeps,
  job: CollectJob,
  session: TenantSession,
  onStored: (count: number) => void,
): Promise<Poll> {
  const { table, clock, log, settings } = deps;
  const turnMs = session.state().failedPolls > 0 ? settings.failingTurnMs : settings.turnMs;
  const deadlineMs = Math.min(job.deadlineMs, clock.monotonicMs() + turnMs);
  const source = await openReader(deps, { session, job, deadlineMs });
  const { reader } = source;
  const state = session.state();
  const known = new Map([...state.fingerprints].map((fingerprint) => [fingerprint, 0n]));
  return {
    deps,
    session,
    reader,
    source,
    cycles: {
      reader,
      session,
      table,
      log,
      known,
      pageSize: { pageCap: state.pageCap, longestPage: state.longestPage },
      learntTop: { current: state.learntTop },
      links: {
        areFollowed: true,
        onUseless: (code) => {
          log('warn', 'next_link_ignored', { tenantId: job.tenantId, code });
        },
      },
      lastCommit: { callsMade: 0 },
      onStored,
    },
    isContinuation: job.isContinuation,
    knownBefore: new Set(state.fingerprints),
    isAgainFirst: (job.tick / pollInterval(state, settings)) % 2n === 1n,
    nextTick: job.tick + pollInterval(state, settings),
    dueAtStart: state.nextDueAt,
  };
}

/**
 * One poll: leftovers of a crash, the head, gaps that are due, the backfill, then the reconciliation with the calls and time that are
 * left. Gaps that hang may leave it nothing, so in every second poll the reconciliation comes before them.
 */
async function readTenant(poll: Poll): Promise<boolean> {
  const { session, deps, cycles } = poll;
  const { settings } = deps;
  await confirmChangeLog(deps.table, session);
  const endBlindness = await recordBlindness(poll);
  if (session.state().looseGenerations.length > 0) await clearLooseGenerations(cycles);
  if (session.state().looseIndexes.length > 0) await clearLooseIndexes(cycles);
  const front = await readNews(poll);
  const keepFront = (state: TenantState): TenantState => {
    const read = front.apply(state);
    return { ...endBlindness(read), fingerprints: front.fingerprints(read) };
  };
  const isAgainFirst = front.isComplete && !poll.isContinuation && poll.isAgainFirst;
  const againFirst = isAgainFirst ? await readAgain(poll, keepFront) : unchanged;
  const backfill = await keepingNews(poll, keepFront, () => readOlder(poll));
  const isComplete = front.isComplete && backfill.isComplete;
  const keepNews = (state: TenantState): TenantState => backfill.apply(againFirst(keepFront(state)));
  const hasTimeAtEnd = isComplete && backfill.hasTime && !poll.isContinuation;
  const again = hasTimeAtEnd && !isAgainFirst ? await readAgain(poll, keepNews) : unchanged;
  if (hasTimeAtEnd) {
    await indexOlder(cycles);
    await countOlder(cycles);
  }
  await session.commit({
    change: (state) => {
      const now = deps.table.serviceTime();
      const done = afterSuccess(again(keepNews(state)), { now, nextTick: poll.nextTick });
      const isMoved = state.nextDueAt !== poll.dueAtStart;
      // What a first read brings is read again a day later at the earliest.
      const nextReconcileAt = done.nextReconcileAt ?? reconcileSlotAfter(state.tenantId, now + TICKS_PER_DAY);
      const next = { ...done, nextReconcileAt, nextDueAt: isMoved ? state.nextDueAt : done.nextDueAt };
      return isComplete
        ? next
        : claimNextTurn(next, {
            now,
            interval: pollInterval(state, settings),
            limits: settings.callLimits[state.readFrom],
          });
    },
  });
  return isComplete;
}

/** Reads the head. If the state row has no room for another gap, only gaps that are closed make room. */
async function readNews(poll: Poll): ReturnType<typeof readFront> {
  try {
    return await readFront(poll);
  } catch (error) {
    if (hasCode(error, 'too-many-gaps')) await retryGaps(poll);
    throw error;
  }
}

/**
 * Retries gaps that are due, then reads the backfill. Gaps may fail so slowly that they take all the time of a turn; the turns that
 * follow it are for the backfill alone.
 */
async function readOlder(poll: Poll): Promise<PartRead & { hasTime: boolean }> {
  const { backfill } = poll.session.state();
  const isOlderPartsTurn = poll.isContinuation && backfill !== undefined;
  if (isOlderPartsTurn || (await retryGaps(poll))) return { ...(await readBackfill(poll)), hasTime: true };
  return { isComplete: backfill === undefined, apply: unchanged, hasTime: false };
}

/** A failure after the head is a failure of the poll, but the progress of the head is kept. */
async function keepingNews<Read>(poll: Poll, keepNews: PartRead['apply'], read: () => Promise<Read>): Promise<Read> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError && !isStorageFailure(error)) await poll.session.commit({ change: keepNews });
    throw error;
  }
}

async function readAgain(poll: Poll, keepNews: PartRead['apply']): Promise<PartRead['apply']> {
  const read = (): Promise<PartRead> => reconcileTenant(poll, keepNews(poll.session.state()));
  return (await keepingNews(poll, keepNews, read)).apply;
}
