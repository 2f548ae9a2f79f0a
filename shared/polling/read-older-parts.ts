import { GAP_REASONS, postponeGap, replaceGap, toRetry, type Gap } from '../domain/reading/gaps.ts';
import { cutBefore, startCycle, widenWindow, type ReadCycle } from '../domain/reading/read-cycle.ts';
import { minTicks, TICKS_PER_MS, type Ticks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { CycleDeps } from '../reading/cycle-progress.ts';
import { retryIncident, type RetriedIncident } from '../reading/retry-incident.ts';
import { runCycle, type CycleEnd } from '../reading/run-cycle.ts';
import { unchanged, type PartRead, type Poll } from './tenant-poll.ts';

/** A gap is small: three retries a poll leave the calls to the head. */
const GAPS_PER_POLL = 3;
const CALLS_PER_GAP = 25;

/** Retries gaps that are due. Returns whether the turn has time left for more. */
export async function retryGaps(poll: Poll): Promise<boolean> {
  const { session, deps } = poll;
  const now = deps.table.serviceTime();
  const due = session.state().gaps.filter((gap) => gap.retryAt <= now);
  for (const gap of due.slice(0, GAPS_PER_POLL)) {
    const { rest, isOutOfTime } = await retryGap(poll, gap, now);
    await session.commit({ change: (state) => ({ ...state, gaps: replaceGap(state.gaps, gap, rest, now) }) });
    if (isOutOfTime) return false;
  }
  return true;
}

interface RetriedGap {
  /** The part that is still unread. */
  rest: Gap[];
  isOutOfTime: boolean;
}

async function retryGap({ cycles }: Poll, gap: Gap, now: Ticks): Promise<RetriedGap> {
  if (gap.reason === GAP_REASONS.alerts && gap.incidentId !== undefined) {
    const outcome = await retryAlerts(cycles, gap.incidentId);
    if (outcome === 'whole') return { rest: [], isOutOfTime: false };
    if (outcome !== 'gone') return { rest: [postponeGap(gap, now)], isOutOfTime: outcome === 'out-of-time' };
  }
  const { from, to } = toRetry(gap);
  const end = await runCycle(cycles, {
    cycle: startCycle(from, to, now),
    slot: 'gap',
    gap,
    isBackfill: true,
    proveCap: false,
    maxCalls: CALLS_PER_GAP,
    // What is wider could not be cut by a run that took the source's times for coarse: it may have been wrong.
    ...(gap.part?.isNarrow === true && { smallestPart: minTicks(to - from, TICKS_PER_MS) }),
  });
  const isOutOfTime = end.kind === 'interrupted' && end.isOutOfTime === true;
  return { rest: end.kind === 'full-page' ? [gap] : restOfGap(gap, end, now), isOutOfTime };
}

/** The whole second is not read again: all else in it is stored, or has a gap of its own. */
async function retryAlerts(cycles: CycleDeps, incidentId: string): Promise<RetriedIncident | 'out-of-time'> {
  try {
    return await retryIncident(cycles, incidentId);
  } catch (error) {
    if (!hasCode(error, 'budget-spent')) throw error;
    return 'out-of-time';
  }
}

/** What remains of a gap after a retry: the parts that still fail, and those for which no call was left. */
function restOfGap(gap: Gap, { kind, cycle, gaps }: Exclude<CycleEnd, { kind: 'full-page' }>, now: Ticks): Gap[] {
  const failing = gaps.map((part) => postponeGap({ ...part, since: gap.since }, now));
  if (kind === 'complete') return failing;
  const { from, to } = toRetry(gap);
  const failingTo = failingEnd(cycle, to);
  const cut = failingTo ?? cycle.bounds[0];
  if (cut === undefined && cycle.cursor <= from) return [...failing, postponeGap(gap, now)];
  // A retry that has made progress continues with the next poll: the split points that it has found are kept as a gap of their own.
  const first = pieceOf(gap, { from: cycle.cursor, to: cut ?? to }, failingTo !== undefined);
  return [...failing, first, ...(cut === undefined ? [] : [pieceOf(gap, { from: cut, to }, false)])];
}

/**
 * The unread part of a gap. Around a failing incident whole seconds are unknown, because the source may have filed it under another
 * time; the same holds where a dense range was split within a second.
 */
function pieceOf(gap: Gap, piece: { from: Ticks; to: Ticks }, isFailing: boolean): Gap {
  const { part, ...whole } = gap;
  const isCutWithin = [piece.from, piece.to].some((at) => at !== gap.from && at !== gap.to && cutBefore(at) !== at);
  if (part === undefined && !isFailing && !isCutWithin) return { ...whole, ...piece };
  return { ...whole, ...widenWindow(piece, 's'), part: { ...piece, isNarrow: false } };
}

/** The end of the part that was seen to fail, if the gap continues behind it. */
function failingEnd({ search, cursor }: ReadCycle, to: Ticks): Ticks | undefined {
  return search !== undefined && search.failingTo > cursor && search.failingTo < to ? search.failingTo : undefined;
}

/** Continues the backfill with the calls that are left. */
export async function readBackfill({ session, deps, reader, cycles }: Poll): Promise<PartRead> {
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
