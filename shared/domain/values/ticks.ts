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

function offsetTicks(zone: string): Ticks {
  if (zone.toUpperCase() === 'Z') return 0n;
  const minutes = BigInt(zone.slice(1, 3)) * 60n + BigInt(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * TICKS_PER_MINUTE;
}

/** ISO 8601 in UTC with exactly 7 fraction digits, e.g. `2026-11-24T12:00:00.0700000Z`. */
export function formatTicks(ticks: Ticks): string {
  const fraction = ((ticks % TICKS_PER_SECOND) + TICKS_PER_SECOND) % TICKS_PER_SECOND;
  const second = new Date(msFromTicks(ticks - fraction)).toISOString().slice(0, 19);
  return `${second}.${fraction.toString().padStart(7, '0')}Z`;
}

export function maxTicks(a: Ticks, b: Ticks): Ticks {
  return a > b ? a : b;
}

export function minTicks(a: Ticks, b: Ticks): Ticks {
  return a < b ? a : b;
}
