import { maxTicks, ticksFromMs, TICKS_PER_MS, type Ticks } from '../../../shared/domain/values/ticks.ts';

/** The service's clock. It may differ from this machine's, as in life. */
export interface SimulatorClock {
  /** This machine's (or the injected) clock: rate limits count by it, so that a change of the offset leaves them alone. */
  baseMs(): number;
  nowMs(): number;
  now(): Ticks;
  /** Now, or one tick after the last stamp: never the same twice. */
  stamp(): Ticks;
  setOffset(offsetMs: number): void;
}

export function createSimulatorClock(baseMs: () => number, offsetMs: number): SimulatorClock {
  let offset = offsetMs;
  let last = 0n;
  const now = (): Ticks => ticksFromMs(baseMs()) + BigInt(Math.round(offset)) * TICKS_PER_MS;
  return {
    baseMs,
    nowMs: () => baseMs() + offset,
    now,
    stamp() {
      last = maxTicks(now(), last + 1n);
      return last;
    },
    setOffset(value) {
      offset = value;
      last = 0n;
    },
  };
}
