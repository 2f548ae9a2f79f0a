import { AppError } from '../errors.ts';

export interface ScheduleGaps {
  /** Seconds between the two occurrences that are closest together. */
  shortestSeconds: number;
  longestSeconds: number;
}

interface Field {
  name: string;
  min: number;
  max: number;
  /** English names for the numbers from `min` on. */
  names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly [Field, Field, Field, Field, Field, Field] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: WEEKDAYS },
];

const DAY_SECONDS = 86_400;
/** Weekdays and leap years repeat after 28 years, as long as no century is crossed. */
const CYCLE_DAYS = 10_227;
const CYCLE_START_MS = Date.UTC(2001, 0, 1);

/** Throws `bad-schedule` for what is no NCRONTAB expression with six fields, or never occurs. */
export function scheduleGaps(ncrontab: string): ScheduleGaps {
  const texts = ncrontab.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) throw badSchedule(ncrontab, `it has ${texts.length} fields`);
  const [seconds, minutes, hours, days, months, weekdays] = FIELDS.map((field, index) => {
    const values = readField(texts[index] ?? '', field);
    if (values === undefined) throw badSchedule(ncrontab, `its ${field.name} is ${JSON.stringify(texts[index])}`);
    return values;
  });
  if (!seconds || !minutes || !hours || !days || !months || !weekdays)
    throw badSchedule(ncrontab, 'a field is missing');
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * 3_600 + minute * 60 + second)),
  );
  const dates = listDates(days, months, weekdays);
  if (dates.length === 0) throw badSchedule(ncrontab, 'no day is ever like that');
  return gapsOf(times, dates);
}

function badSchedule(ncrontab: string, reason: string): AppError {
  return new AppError(
    'bad-schedule',
    `Cannot use the schedule ${JSON.stringify(ncrontab.slice(0, 100))} as it must be an NCRONTAB expression with six fields (second minute hour day month weekday): ${reason}`,
  );
}

/** `*`, `5`, `1-5`, each with an optional `/step`, and lists of them; ascending, or `undefined` when it is none of these. */
function readField(text: string, field: Field): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [, from = '', to, stepText] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(part) ?? [];
    const first = from === '*' && to === undefined ? field.min : readValue(from, field);
    // As in NCRONTAB, a step after a single value runs to the end of the field.
    const last = to !== undefined ? readValue(to, field) : from === '*' || stepText !== undefined ? field.max : first;
    const step = Number(stepText ?? 1);
    if (first === undefined || last === undefined || first > last || step < 1) return undefined;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function readValue(text: string, { min, max, names = [] }: Field): number | undefined {
  const named = names.indexOf(text);
  const value = named >= 0 ? min + named : /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}

function listDates(days: readonly number[], months: readonly number[], weekdays: readonly number[]): number[] {
  return Array.from({ length: CYCLE_DAYS }, (_, index) => index).filter((index) => {
    const date = new Date(CYCLE_START_MS + index * DAY_SECONDS * 1_000);
    // NCRONTAB wants the day and the weekday to match, unlike Unix cron.
    return (
      days.includes(date.getUTCDate()) && months.includes(date.getUTCMonth() + 1) && weekdays.includes(date.getUTCDay())
    );
  });
}

/** Both lists are ascending and not empty. The first date follows the last one after the whole cycle. */
function gapsOf(times: readonly number[], dates: readonly number[]): ScheduleGaps {
  const overnight = (times[0] ?? 0) - (times.at(-1) ?? 0);
  const nextDates = [...dates.slice(1), (dates[0] ?? 0) + CYCLE_DAYS];
  let [shortest, longest] = [Infinity, 0];
  const add = (gap: number): void => {
    shortest = Math.min(shortest, gap);
    longest = Math.max(longest, gap);
  };
  times.slice(1).forEach((time, index) => {
    add(time - (times[index] ?? 0));
  });
  dates.forEach((date, index) => {
    add(((nextDates[index] ?? 0) - date) * DAY_SECONDS + overnight);
  });
  return { shortestSeconds: shortest, longestSeconds: longest };
}
