import { Cron } from 'croner';

export interface Schedule {
  /** The first occurrence after `since`. */
  next(since: Date): Date;
}

// NCRONTAB knows nothing else; croner's L, W, # and ? would be refused by Azure.
const FIELD = /^(?:[\d*,/-]|[A-Za-z]{3})+$/;

/** Parses an NCRONTAB expression of six fields; its times are UTC. */
export function parseSchedule(text: string): Schedule {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6 || !fields.every((field) => FIELD.test(field))) throw badSchedule(text);
  const cron = createCron(text);
  return {
    next: (since) => {
      const found = cron.nextRun(since);
      if (found === null) throw new Error(`Cannot use the schedule "${text}": it never comes true`);
      return found;
    },
  };
}

function createCron(text: string): Cron {
  try {
    // Where a day of the month and a day of the week are given, NCRONTAB wants both.
    return new Cron(text, { mode: '6-part', timezone: 'UTC', paused: true, domAndDow: true });
  } catch (cause) {
    throw badSchedule(text, { cause });
  }
}

function badSchedule(text: string, options?: ErrorOptions): Error {
  const form = 'six fields, {second} {minute} {hour} {day} {month} {day of week}';
  return new Error(`Cannot read the schedule as it must have ${form}: current value is "${text}"`, options);
}
