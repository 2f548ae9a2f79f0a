import { postponeGap, replaceGap, type Gap } from './domain/gaps.ts';
import { startCycle, type ReadCycle } from './domain/read-cycle.ts';
import type { Ticks } from './domain/ticks.ts';
import { runCycle, type CycleEnd } from './run-cycle.ts';
import { unchanged, type PartRead, type Poll } from './tenant-poll.ts';

/** A gap is small: three retries a poll leave the calls to the tenant's news. */
const GAPS_PER_POLL = 3;
const CALLS_PER_GAP = 25;

/** Reads again what could not be read before. */
export async function retryGaps({ session, deps, cycles }: Poll): Promise<void> {
  const now = deps.table.serviceTime();
  const due = session.state().gaps.filter((gap) => gap.retryAt <= now);
  for (const gap of due.slice(0, GAPS_PER_POLL)) {
    const end = await runCycle(cycles, {
      cycle: startCycle(gap.from, gap.to, now),
      slot: 'gap',
      isBackfill: true,
      proveCap: false,
      maxCalls: CALLS_PER_GAP,
      ...(gap.part?.isNarrow === true && { smallestPart: gap.to - gap.from }),
    });
    const rest = end.kind === 'full-page' ? [gap] : restOfGap(gap, end, now);
    await session.commit({ change: (state) => ({ ...state, gaps: replaceGap(state.gaps, gap, rest, now) }) });
  }
}

/** What is left of a gap after it was read again: the parts that still fail, and what there was no call left for. */
function restOfGap(gap: Gap, { kind, cycle, gaps }: Exclude<CycleEnd, { kind: 'full-page' }>, now: Ticks): Gap[] {
  const failing = gaps.map((part) => postponeGap({ ...part, since: gap.since }, now));
  if (kind === 'complete') return failing;
  const { cursor } = cycle;
  const failingTo = failingEnd(cycle);
  // Where it has got somewhere, it goes on with the next poll: what was learnt of where to cut is kept as a gap of its own.
  const cut = failingTo ?? cycle.bounds[0];
  if (cut === undefined) return [...failing, cursor > gap.from ? pieceOf(gap, cursor, gap.to) : postponeGap(gap, now)];
  const first = pieceOf(gap, cursor, cut);
  const part = failingTo === undefined ? first.part : { from: cursor, to: cut, isNarrow: false };
  return [...failing, { ...first, ...(part !== undefined && { part }) }, pieceOf(gap, cut, gap.to)];
}

function pieceOf(gap: Gap, from: Ticks, to: Ticks): Gap {
  const { part, ...whole } = gap;
  const isKept = part !== undefined && part.from >= from && part.to <= to;
  return { ...whole, from, to, ...(isKept && { part }) };
}

/** Where the part ends that was seen to fail, if the gap goes on behind it. */
function failingEnd({ search, cursor, to }: ReadCycle): Ticks | undefined {
  if (search === undefined || search.failingTo <= cursor) return undefined;
  return to === undefined || search.failingTo < to ? search.failingTo : undefined;
}

/** Goes on with the older part, with the calls that are left. */
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
