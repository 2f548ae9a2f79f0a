import { postponeGap, type Gap } from './domain/gaps.ts';
import { startCycle } from './domain/read-cycle.ts';
import { runCycle } from './run-cycle.ts';
import { unchanged, type PartRead, type Poll } from './tenant-poll.ts';

/** A gap is small: three retries a poll leave the calls to the tenant's news. */
const GAPS_PER_POLL = 3;
const CALLS_PER_GAP = 25;

/** Reads again what could not be read before. */
export async function retryGaps({ session, deps, cycles }: Poll): Promise<void> {
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
