/** Counts calls in a sliding minute and hour per key. */
export interface RateLimiter {
  charge(key: string): void;
  /** Whole seconds until the next call is allowed; 0: now. */
  waitSeconds(key: string, perMinute: number, perHour: number): number;
  reset(): void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function createRateLimiter(nowMs: () => number): RateLimiter {
  const calls = new Map<string, number[]>();
  const waitMs = (times: readonly number[], limit: number, spanMs: number): number => {
    const oldestCounted = limit <= 0 ? nowMs() : times.at(-limit);
    return oldestCounted === undefined ? 0 : oldestCounted + spanMs - nowMs();
  };
  return {
    charge(key) {
      const now = nowMs();
      const times = (calls.get(key) ?? []).filter((time) => time > now - HOUR_MS);
      times.push(now);
      calls.set(key, times);
    },
    waitSeconds(key, perMinute, perHour) {
      const times = calls.get(key) ?? [];
      const wait = Math.max(waitMs(times, perMinute, MINUTE_MS), waitMs(times, perHour, HOUR_MS));
      return Math.max(0, Math.ceil(wait / 1000));
    },
    reset() {
      calls.clear();
    },
  };
}
