/** At most this many run at once; the others start one after the other as places become free. */
export interface Turns {
  take(): Promise<void>;
  giveBack(): void;
}

/**
 * Lets only as many requests begin as there are connections. The agent would keep the others waiting as well, but without saying
 * when it is over, and a request that hung would use up the time of those behind it.
 */
export function createTurns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
    },
    giveBack: () => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
