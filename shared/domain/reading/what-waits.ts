import { minTicks, TICKS_PER_HOUR, type Ticks } from '../values/ticks.ts';
import { isSameGap, type Gap } from './gaps.ts';
import type { ReadCycle } from './read-cycle.ts';

/** Gaps of incidents that are left alone. One that is read again does not ask for what has a gap of its own: for a crowd of those there would never be the calls. */
export function waitingGaps(gaps: readonly Gap[], gap: Gap | undefined, now: Ticks): Gap[] {
  return gaps.filter((other) => (gap === undefined ? other.retryAt > now : !isSameGap(other, gap)));
}

/**
 * Since when an incident that is stored with its alerts need not be asked for by this run: a run has read it an hour ago at most,
 * or another one of this cycle has. Of a gap, and of a crowd that runs before have begun with, what is stored whole is not what is
 * missing.
 */
export function wholeSince(
  { started, cycle, isGap }: { started: ReadCycle; cycle: ReadCycle; isGap: boolean },
  now: Ticks,
): Ticks {
  const isCarried = started.instant !== undefined && cycle.instant?.from === started.instant.from;
  return isCarried || isGap ? 0n : minTicks(now - TICKS_PER_HOUR, started.startedAt);
}
