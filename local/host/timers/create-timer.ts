import { logSystem, type Log } from '../functions/log-entry.ts';
import type { Schedule } from './schedule.ts';
import { readTimerStatus, saveTimerStatus } from './timer-status.ts';

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const MONITOR_FROM_MS = 60_000; // Azure monitors no schedule that is more frequent

export interface TimerParts {
  readonly name: string;
  readonly schedule: Schedule;
  /** Where the status is kept between hosts; without it no run is ever past due. */
  readonly statusFile: string | undefined;
  readonly run: (data: { json: string }) => Promise<unknown>;
  readonly log: Log;
}

export interface Timer {
  /** Begins to run by the schedule, at once if the last host missed an occurrence. */
  start(): Promise<void>;
  /** Runs once, after a run that is going on; rejects with the function's error. */
  runNow(): Promise<void>;
  stop(): void;
  /** Resolves when the last run has ended and its status is kept. */
  ended(): Promise<unknown>;
}

/** A timer whose runs never overlap: occurrences that pass during a run are skipped. */
export function createTimer(parts: TimerParts): Timer {
  const { name, schedule, log } = parts;
  const statusFile = isMonitored(schedule) ? parts.statusFile : undefined;
  let last = new Date(0);
  let running: Promise<unknown> = Promise.resolve();
  let timeout: NodeJS.Timeout | undefined;
  let isStopped = false;

  const runOnce = async (isPastDue: boolean): Promise<void> => {
    const startedAt = new Date();
    try {
      await parts.run(describeTick(last, schedule.next(startedAt), isPastDue));
    } finally {
      last = startedAt;
      if (statusFile !== undefined) await saveTimerStatus(statusFile, { last, next: schedule.next(new Date()) });
    }
  };
  const run = (isPastDue: boolean): Promise<void> => {
    const turn = running.then(() => runOnce(isPastDue));
    running = turn.catch(() => undefined);
    return turn;
  };
  const fire = async (isPastDue: boolean): Promise<void> => {
    await run(isPastDue).catch(() => undefined); // logged where it was invoked; a timer has nobody else to tell
    if (!isStopped) waitUntil(schedule.next(new Date()));
  };
  const waitUntil = (due: Date): void => {
    const waitMs = Math.min(Math.max(due.getTime() - Date.now(), 0), MAX_TIMEOUT_MS);
    timeout = setTimeout(() => {
      // A timeout may come a millisecond early, and a far one is cut into pieces.
      if (Date.now() < due.getTime()) waitUntil(due);
      else void fire(false);
    }, waitMs);
  };

  return {
    start: async () => {
      const status = statusFile === undefined ? undefined : await readTimerStatus(statusFile);
      last = status?.last ?? last;
      if (status === undefined || status.next.getTime() > Date.now()) {
        waitUntil(schedule.next(new Date()));
        return;
      }
      logSystem(log, 'information', `"${name}" missed ${status.next.toISOString()} and runs now`, name);
      void fire(true);
    },
    runNow: () => run(false),
    stop: () => {
      isStopped = true;
      clearTimeout(timeout);
    },
    ended: () => running,
  };
}

function isMonitored(schedule: Schedule): boolean {
  const first = schedule.next(new Date());
  return schedule.next(first).getTime() - first.getTime() >= MONITOR_FROM_MS;
}

function describeTick(last: Date, next: Date, isPastDue: boolean): { json: string } {
  const status = { Last: last.toISOString(), Next: next.toISOString(), LastUpdated: last.toISOString() };
  return {
    json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: isPastDue }),
  };
}
