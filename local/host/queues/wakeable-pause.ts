export interface WakeablePause {
  /** Waits that long, or until the next `wake`; one that came while nobody waited ends the next wait at once. */
  wait(ms: number): Promise<void>;
  wake(): void;
}

export function createWakeablePause(): WakeablePause {
  let isAwake = false;
  let end: (() => void) | undefined;
  return {
    wait: async (ms) => {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isAwake = false;
      end = undefined;
    },
    wake: () => {
      isAwake = true;
      end?.();
    },
  };
}
