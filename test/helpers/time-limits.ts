import type { StartTimer } from '../../shared/adapters/machine/http.ts';

/** The time limits of requests without real time: a test says when they are reached, however busy the machine is. */
export interface TimeLimits {
  startTimer: StartTimer;
  /** How many requests have begun and not ended. */
  running(): number;
  expire(): void;
}

export function createTimeLimits(): TimeLimits {
  const late = new Set<() => void>();
  return {
    startTimer: (abort) => {
      late.add(abort);
      return () => late.delete(abort);
    },
    running: () => late.size,
    expire: () => {
      for (const abort of late) abort();
    },
  };
}
