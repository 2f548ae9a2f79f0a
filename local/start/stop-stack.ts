export interface StopStack {
  push(stop: () => Promise<void> | void): void;
  /** Stops everything, what was started last first; goes on after a failure and then throws the first one. */
  stopAll(): Promise<void>;
}

export function createStopStack(): StopStack {
  const stops: (() => Promise<void> | void)[] = [];
  return {
    push: (stop) => {
      stops.push(stop);
    },
    stopAll: async () => {
      const failures: unknown[] = [];
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
        try {
          await stop();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
