/**
 * A moment in 100 ns ticks since 0001-01-01T00:00:00Z (the .NET scale that Defender's times have).
 * Strings with 0 to 7 fraction digits do not sort, numbers lose the last digit, and `Date` truncates to milliseconds:
 * only ticks are compared or moved.
 */
export type Ticks = bigint;

export const TICKS_PER_MS = 10_000n;
export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_MINUTE = 600_000_000n;
export const TICKS_PER_HOUR = 36_000_000_000n;
export const TICKS_PER_DAY = 864_000_000_000n;
/** 9999-12-31T23:59:59.9999999Z: the largest time that Defender can state, 19 decimal digits. */
export const MAX_TICKS: Ticks = 3_155_378_975_999_999_999n;

const UNIX_EPOCH_MS_IN_TICKS = 621_355_968_000_000_000n;
const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/;

/** Milliseconds since 1970 → ticks. */
export function ticksFromMs(unixMs: number): Ticks {
  return BigInt(Math.floor(unixMs)) * TICKS_PER_MS + UNIX_EPOCH_MS_IN_TICKS;
}

/** Ticks → whole milliseconds since 1970, rounded down. */
export function msFromTicks(ticks: Ticks): number {
  const sinceEpoch = ticks - UNIX_EPOCH_MS_IN_TICKS;
  const whole = sinceEpoch / TICKS_PER_MS;
  return Number(sinceEpoch < 0n && whole * TICKS_PER_MS !== sinceEpoch ? whole - 1n : whole);
}

/**
 * Reads an ISO 8601 time with 0 to 9 fraction digits (beyond 7 they are cut) and an optional offset; without one it is UTC.
 * Anything else, and any date that does not exist, is `undefined`.
 */
export function readTicks(text: unknown): Ticks | undefined {
  if (typeof text !== 'string') return undefined;
  const seconds = plainSeconds(text);
  if (seconds !== undefined) return BigInt(seconds) * TICKS_PER_SECOND + BigInt(plainFraction(text));
  const parts = ISO.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date rolls 30 February over into March and 24:00 into the next day; both are refused by comparing what came out.
  if (
    Number.isNaN(date.getTime()) ||
    date.toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`
  )
    return undefined;
  const ticks = ticksFromMs(date.getTime()) + BigInt(fraction.slice(0, 7).padEnd(7, '0')) - offsetTicks(zone);
  return ticks < 0n || ticks > MAX_TICKS ? undefined : ticks;
}

/** The same time as `formatTicks` writes it. */
export function readTime(text: unknown): string | undefined {
  if (typeof text === 'string' && plainSeconds(text) !== undefined)
    return `${text.slice(0, 19)}.${plainFraction(text)}Z`;
  const ticks = readTicks(text);
  return ticks === undefined ? undefined : formatTicks(ticks);
}

const UNIX_EPOCH_SECONDS = 62_135_596_800;
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** `Date.UTC` takes a year below 100 for one of the last century. */
const FIRST_PLAIN_YEAR = 1_000;

/** Whole seconds since year 1 of the form that every time of a source has, read in place: each incident has a dozen. */
function plainSeconds(text: string): number | undefined {
  if (!isPlain(text)) return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const exists = month >= 1 && day >= 1 && day <= (DAYS_OF_MONTH[month - 1] ?? 0) && hour < 24 && minute < 60;
  if (!exists || year < FIRST_PLAIN_YEAR || !(second < 60)) return undefined;
  if (month === 2 && day === 29 && !isLeapYear(year)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1_000 + UNIX_EPOCH_SECONDS;
}

/** `2026-11-24T12:00:00Z` or with 1 to 9 fraction digits. */
function isPlain(text: string): boolean {
  const last = text.length - 1;
  const hasMarks =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(last) === Z;
  if (!hasMarks) return false;
  return (
    last === 19 || (last > 20 && last < 30 && text.charCodeAt(19) === DOT && !Number.isNaN(digits(text, 20, last)))
  );
}

const [DASH, DOT, COLON, T, Z, ZERO] = [0x2d, 0x2e, 0x3a, 0x54, 0x5a, 0x30] as const;

/** The number that these characters write; `NaN` where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** 7 digits. */
const plainFraction = (text: string): string => text.slice(20, Math.min(27, text.length - 1)).padEnd(7, '0');

function offsetTicks(zone: string): Ticks {
  if (zone.toUpperCase() === 'Z') return 0n;
  const minutes = BigInt(zone.slice(1, 3)) * 60n + BigInt(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * TICKS_PER_MINUTE;
}

/** ISO 8601 in UTC with exactly 7 fraction digits, e.g. `2026-11-24T12:00:00.0700000Z`. */
export function formatTicks(ticks: Ticks): string {
  const rest = ticks % TICKS_PER_SECOND;
  const fraction = rest < 0n ? rest + TICKS_PER_SECOND : rest;
  const seconds = Number((ticks - fraction) / TICKS_PER_SECOND) - UNIX_EPOCH_SECONDS;
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${fraction.toString().padStart(7, '0')}Z`;
}

export function maxTicks(a: Ticks, b: Ticks): Ticks {
  return a > b ? a : b;
}

export function minTicks(a: Ticks, b: Ticks): Ticks {
  return a < b ? a : b;
}
