import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../shared/ports/clock.ts';

/** Time that only passes when somebody sleeps or says so: the simulator, the storage and the collectors share it. */
export interface VirtualClock extends Clock {
  advance(ms: number): void;
  /** To this moment in ms since 1970, never backwards. */
  advanceTo(unixMs: number): void;
  /** The clock of a machine whose date is wrong by so much. */
  skewed(offsetMs: number): Clock;
}

export function createVirtualClock(startMs: number): VirtualClock {
  let passedMs = 0;
  const advance = (ms: number): void => {
    passedMs += Math.max(0, ms);
  };
  const clock: Clock = {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    sleep: async (ms) => {
      advance(ms);
      await setImmediate();
    },
  };
  return {
    ...clock,
    advance,
    advanceTo: (unixMs) => {
      advance(unixMs - clock.nowMs());
    },
    skewed: (offsetMs) => ({ ...clock, nowMs: () => clock.nowMs() + offsetMs }),
  };
}
