import { openSession, type TenantSession } from './commit.ts';
import { confirmChangeLog } from './confirm-change-log.ts';
import type { CallLimits } from './domain/call-budget.ts';
import { postponeGap, type Gap } from './domain/gaps.ts';
import type { SourceName } from './domain/incident.ts';
import { afterFailure, afterSuccess } from './domain/poll-outcome.ts';
import { pollInterval } from './domain/poll-interval.ts';
import { boundsBetween, startCycle, type ReadCycle } from './domain/read-cycle.ts';
import { tenantListRange } from './domain/row-keys.ts';
import { isPollable, type TenantState } from './domain/tenant-state.ts';
import { shardOf, type TenantId } from './domain/tenant-id.ts';
import {
  MAX_TICKS,
  maxTicks,
  minTicks,
  readTicks,
  TICKS_PER_DAY,
  TICKS_PER_MINUTE,
  ticksFromMs,
  type Ticks,
} from './domain/ticks.ts';
import { AppError, hasCode } from './errors.ts';
import { listAllRows } from './list-all-rows.ts';
import { meterReader, type MeteredReader } from './metered-reader.ts';
import type { Clock } from './ports/clock.ts';
import type { IncidentSource } from './ports/incident-source.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';
import { runCycle, type CycleDeps, type CycleEnd } from './run-cycle.ts';
import { clearLooseGenerations } from './store-incidents.ts';

export interface CollectSettings {
  initialLookbackDays: number;
  overlapMinutes: number;
  /** The schedule's interval. */
  intervalSeconds: number;
  quietIntervalMinutes: number;
  callLimits: CallLimits;
  /** Calls of one run of one tenant, before the others of the slice get their turn. */
  callsPerRun: number;
}

export interface CollectDeps {
  table: Table;
  clock: Clock;
  log: Log;
  sources: Record<SourceName, IncidentSource | undefined>;
  settings: CollectSettings;
  random(): number;
}

export interface CollectJob {
  tenantId: TenantId;
  /** The tick whose claim this is. */
  tick: Ticks;
  /** Moment of the monotonic clock, in ms, beyond which nothing is waited for. */
  deadlineMs: number;
  /** Goes on with what an earlier run of the same claim left: not due by itself, and its first call is not charged yet. */
  isContinuation: boolean;
}

export type TenantOutcome = { tenantId: TenantId; calls: number; stored: number } & (
  { kind: 'complete' | 'more' | 'skipped' | 'taken' } | { kind: 'failed'; error: unknown }
);

/** Pulls what changed in one tenant and stores it. Never throws for what is wrong with the tenant: the outcome says it. */
export async function collectTenant(deps: CollectDeps, job: CollectJob): Promise<TenantOutcome> {
  const tally = { tenantId: job.tenantId, calls: 0, stored: 0 };
  let session: TenantSession | undefined;
  try {
    session = await openSession(deps.table, deps.clock, job.tenantId);
    if (session === undefined || !isDue(session.state(), job, deps)) return { ...tally, kind: 'skipped' };
    const poll = await startPoll(deps, job, session, (count) => (tally.stored += count));
    try {
      const isComplete = await readTenant(poll);
      return { ...tally, calls: poll.reader.callsMade(), kind: isComplete ? 'complete' : 'more' };
    } finally {
      tally.calls = poll.reader.callsMade();
    }
  } catch (error) {
    if (hasCode(error, 'tenant-taken') || hasCode(error, 'tenant-gone')) return { ...tally, kind: 'taken' };
    return await recordFailure(deps, session, tally, error);
  }
}

/** A second delivery, a message of an older tick and a tenant that was paused meanwhile all end here, without a call. */
function isDue(state: TenantState, job: CollectJob, { settings }: CollectDeps): boolean {
  if (!isPollable(state) || job.tick < state.claimedTick) return false;
  return job.isContinuation || state.nextDueAt <= job.tick + pollInterval(state, settings) / 2n;
}

interface Poll {
  deps: CollectDeps;
  session: TenantSession;
  reader: MeteredReader;
  cycles: CycleDeps;
  /** What the state row knew as stored when the poll began. */
  knownBefore: ReadonlySet<string>;
  nextTick: Ticks;
  /** `nextDueAt` as it was at the start: an operator who changes it meanwhile is not overruled. */
  dueAtStart: Ticks;
}

async function startPoll(
  deps: CollectDeps,
  job: CollectJob,
  session: TenantSession,
  onStored: (count: number) => void,
): Promise<Poll> {
  const { table, clock, log, settings } = deps;
  const state = session.state();
  const source = deps.sources[state.source];
  if (source === undefined)
    throw new AppError(
      'partner',
      'source-not-configured',
      `Cannot read tenant ${job.tenantId}: its source is ${state.source}`,
      {
        action: 'Set the tenant to a source that this app is configured for',
      },
    );
  const interval = pollInterval(state, settings);
  const reader = meterReader({
    reader: await source.open(job.tenantId),
    session,
    table,
    clock,
    limits: settings.callLimits,
    prepaidCalls: job.isContinuation ? 0 : 1,
    deadlineMs: job.deadlineMs,
    random: deps.random,
    extendClaim: (busyUntil) => maxTicks(busyUntil, table.serviceTime() + 2n * interval),
  });
  const known = new Map([...state.fingerprints].map((fingerprint) => [fingerprint, 0n]));
  return {
    deps,
    session,
    reader,
    cycles: { reader, session, table, log, known, onStored },
    knownBefore: new Set(state.fingerprints),
    nextTick: job.tick + interval,
    dueAtStart: state.nextDueAt,
  };
}

/** One poll: leftovers of a crash, the newest part, gaps that are due, then the older part with what is left of the calls. */
async function readTenant(poll: Poll): Promise<boolean> {
  const { session, reader, deps, cycles } = poll;
  await confirmChangeLog(deps.table, session);
  if (session.state().looseGenerations.length > 0)
    await clearLooseGenerations({ ...cycles, readById: (id) => reader.get(id) });
  const front = await readFront(poll);
  await retryGaps(poll);
  const backfill = await readBackfill(poll);
  await session.commit({
    change: (state) => {
      const read = backfill.apply(front.apply(state));
      const done = afterSuccess(read, { now: deps.table.serviceTime(), nextTick: poll.nextTick });
      const isMoved = state.nextDueAt !== poll.dueAtStart;
      return { ...done, fingerprints: front.fingerprints(read), nextDueAt: isMoved ? state.nextDueAt : done.nextDueAt };
    },
  });
  return front.isComplete && backfill.isComplete;
}

interface PartRead {
  isComplete: boolean;
  /** What the poll's last commit has to say about this part. */
  apply(state: TenantState): TenantState;
}

const unchanged = (state: TenantState): TenantState => state;

interface FrontStart {
  cycle: ReadCycle;
  isFirst: boolean;
  isResumed: boolean;
  isFarBehind: boolean;
}

async function planFront({ session, deps }: Poll): Promise<FrontStart> {
  const { settings, table, clock } = deps;
  const state = session.state();
  const now = table.serviceTime();
  const { live, frontThrough } = state;
  const isFirst = frontThrough === undefined;
  const lookback = BigInt(settings.initialLookbackDays) * TICKS_PER_DAY;
  const overlap = BigInt(settings.overlapMinutes) * TICKS_PER_MINUTE;
  // The overlap is taken off once per cycle, never when one is resumed: a resumed cycle would else never end.
  const from =
    frontThrough === undefined
      ? ticksFromMs(clock.nowMs()) - lookback
      : maxTicks(minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap, state.completeFrom ?? 0n);
  const reachedTo = live?.cursor ?? frontThrough ?? from;
  return {
    cycle: live ?? { ...startCycle(from, undefined, now), bounds: await learntBounds(table, state, from) },
    isFirst,
    isResumed: live !== undefined,
    isFarBehind: isFirst || now - reachedTo > 2n * pollInterval(state, settings),
  };
}

/** A crowded overlap is cut where our own list shows that it has to be: else each poll would find that out again by bisection. */
async function learntBounds(table: Table, state: TenantState, from: Ticks): Promise<Ticks[]> {
  if (state.fingerprints.size < CROWDED) return [];
  const rows = await listAllRows(table, shardOf(state.tenantId), tenantListRange(state.tenantId, from, MAX_TICKS), [
    'lastUpdateTime',
  ]);
  return boundsBetween(
    rows.map(({ properties }) => readTicks(properties['lastUpdateTime'])).filter((at) => at !== undefined),
  );
}

/** Nearly a full page. */
const CROWDED = 90;

async function readFront(poll: Poll): Promise<PartRead & { fingerprints(state: TenantState): Set<string> }> {
  const { session, deps, cycles } = poll;
  const start = await planFront(poll);
  const share = session.state().backfill === undefined && !start.isFarBehind ? 1 : 2;
  const run = {
    slot: 'live',
    isBackfill: start.isFirst,
    proveCap: start.isFirst,
    maxCalls: Math.ceil(deps.settings.callsPerRun / share),
  } as const;
  let end = await runCycle(cycles, { ...run, cycle: start.cycle, stopAtFullPage: start.isFarBehind });
  if (end.kind === 'full-page') {
    const live = await partFront(poll, start, end);
    end = await runCycle(cycles, { ...run, cycle: live });
  }
  const isWhole = end.kind === 'complete' && !start.isResumed && end.cycle.from === start.cycle.from;
  const overlap = BigInt(deps.settings.overlapMinutes) * TICKS_PER_MINUTE;
  return {
    isComplete: end.kind === 'complete',
    apply: end.kind === 'complete' ? end.apply : unchanged,
    fingerprints: (state) => keepFingerprints(poll, isWhole, (state.frontThrough ?? 0n) - overlap),
  };
}

/** What the next poll will see again: versions at or after its start, and older knowledge that this poll did not go through. */
function keepFingerprints({ cycles, knownBefore }: Poll, isWhole: boolean, nextFrom: Ticks): Set<string> {
  const seen = [...cycles.known].filter(([, at]) => at >= nextFrom).map(([fingerprint]) => fingerprint);
  return isWhole ? new Set(seen) : new Set([...knownBefore, ...seen]);
}

/**
 * Parts a front that is far behind: the newest stretch is read first at every tick, the older one with what calls are left.
 * A backfill that is already there grows up to the new front; what lies between is read again, which stores nothing twice.
 */
async function partFront(
  poll: Poll,
  start: FrontStart,
  { cycle: read, visibleUntil, pageCap }: Extract<CycleEnd, { kind: 'full-page' }>,
): Promise<ReadCycle> {
  const { session, deps } = poll;
  const overlap = BigInt(deps.settings.overlapMinutes) * TICKS_PER_MINUTE;
  const parting = visibleUntil - overlap;
  if (parting <= read.cursor) return { ...read };
  const now = deps.table.serviceTime();
  // What an interrupted front read at its beginning may have been too early for late incidents.
  const older = maxTicks(read.from, minTicks(read.cursor, (read.currentAt ?? read.cursor) - overlap));
  const live = startCycle(parting, undefined, now);
  await session.commit({
    change: (state) => ({
      ...state,
      completeFrom: state.completeFrom ?? start.cycle.from,
      pageCap,
      live,
      backfill: {
        ...(state.backfill ?? startCycle(older, parting, now)),
        to: parting,
        calls: (state.backfill?.calls ?? 0) + read.calls,
      },
    }),
  });
  return live;
}

/** A gap is small: three retries a poll leave the calls to the tenant's news. */
const GAPS_PER_POLL = 3;
const CALLS_PER_GAP = 25;

async function retryGaps({ session, deps, cycles }: Poll): Promise<void> {
  const now = deps.table.serviceTime();
  const due = session.state().gaps.filter((gap) => gap.retryAt <= now);
  for (const gap of due.slice(0, GAPS_PER_POLL)) {
    const isSame = (other: Gap): boolean =>
      other.from === gap.from && other.to === gap.to && other.reason === gap.reason;
    const end = await runCycle(cycles, {
      cycle: startCycle(gap.from, gap.to, now),
      slot: 'gap',
      isBackfill: true,
      proveCap: false,
      maxCalls: CALLS_PER_GAP,
    });
    const isClosed = end.kind === 'complete' && end.gaps === 0;
    await session.commit({
      change: (state) => ({
        ...state,
        gaps: isClosed
          ? state.gaps.filter((other) => !isSame(other))
          : state.gaps.map((other) => (isSame(other) ? postponeGap(other, now) : other)),
      }),
    });
  }
}

async function readBackfill({ session, deps, reader, cycles }: Poll): Promise<PartRead> {
  const cycle = session.state().backfill;
  if (cycle === undefined) return { isComplete: true, apply: unchanged };
  const end = await runCycle(cycles, {
    cycle,
    slot: 'backfill',
    isBackfill: true,
    proveCap: true,
    maxCalls: Math.max(1, deps.settings.callsPerRun - reader.callsMade()),
  });
  return end.kind === 'complete' ? { isComplete: true, apply: end.apply } : { isComplete: false, apply: unchanged };
}

/** Codes that end a run early without being a failure: the tenant goes on when its calls are allowed again. */
const INTERRUPTIONS = ['budget-spent'];

async function recordFailure(
  deps: CollectDeps,
  session: TenantSession | undefined,
  tally: { tenantId: TenantId; calls: number; stored: number },
  error: unknown,
): Promise<TenantOutcome> {
  if (session === undefined) return { ...tally, kind: 'failed', error };
  const isInterrupted = error instanceof AppError && INTERRUPTIONS.includes(error.code);
  const now = deps.table.serviceTime();
  const nextTick = now + pollInterval(session.state(), deps.settings);
  try {
    await session.commit({
      change: (state) =>
        isInterrupted ? afterSuccess(state, { now, nextTick }) : afterFailure(state, error, { now, nextTick }),
    });
  } catch (unsaved) {
    if (hasCode(unsaved, 'tenant-taken') || hasCode(unsaved, 'tenant-gone')) return { ...tally, kind: 'taken' };
    return { ...tally, kind: 'failed', error: unsaved };
  }
  return isInterrupted ? { ...tally, kind: 'more' } : { ...tally, kind: 'failed', error };
}
