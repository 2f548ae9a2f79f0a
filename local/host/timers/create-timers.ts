import { join } from 'node:path';
import type { Invoke } from '../functions/create-invoker.ts';
import type { DescribedFunction } from '../functions/describe-function.ts';
import type { Log } from '../functions/log-entry.ts';
import { createTimer } from './create-timer.ts';
import { parseSchedule } from './schedule.ts';

export interface TimersParts {
  readonly functions: readonly DescribedFunction[];
  readonly invoke: Invoke;
  readonly isManual: boolean;
  readonly statusFolder: string | undefined;
  readonly log: Log;
}

export interface Timers {
  start(): Promise<void>;
  runNow(name: string): Promise<void>;
  stop(): void;
  /** Resolves when every last run has ended and its status is kept. */
  ended(): Promise<void>;
}

/** One timer per timer function; a schedule that cannot be read throws here, before anything has started. */
export function createTimers({ functions, invoke, isManual, statusFolder, log }: TimersParts): Timers {
  const timers = new Map(
    functions.flatMap(({ info, registration }) => {
      if (info.trigger !== 'timer') return [];
      const statusFile =
        statusFolder === undefined || !info.useMonitor ? undefined : join(statusFolder, `${info.name}.json`);
      const run = (data: { json: string }) => invoke(registration, { data, metadata: {} });
      const timer = createTimer({ name: info.name, schedule: parseSchedule(info.schedule), statusFile, run, log });
      return [[info.name, timer] as const];
    }),
  );
  return {
    start: async () => {
      if (!isManual) await Promise.all([...timers.values()].map((timer) => timer.start()));
    },
    runNow: async (name) => {
      const timer = timers.get(name);
      if (timer === undefined) throw new Error(`Cannot run "${name}" now: no timer starts such a function`);
      await timer.runNow();
    },
    stop: () => {
      for (const timer of timers.values()) timer.stop();
    },
    ended: async () => {
      await Promise.all([...timers.values()].map((timer) => timer.ended()));
    },
  };
}
