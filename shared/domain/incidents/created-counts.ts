import { MAX_TICKS, readTicks, TICKS_PER_DAY, TICKS_PER_MINUTE, type Ticks } from '../values/ticks.ts';
import { SEVERITIES, type Incident } from './incident.ts';

/**
 * How many incidents of a tenant were created in which quarter of an hour, by severity. The days of every time zone begin with one.
 * Packed: from where on they are counted, then each number behind its distance from the one before.
 */
export type CreatedCounts = Uint8Array;

/** The last word stands for all that are not known. */
export const COUNTED_SEVERITIES = [...SEVERITIES, 'other'] as const;
export type CountedSeverity = (typeof COUNTED_SEVERITIES)[number];

/** What is counted of an incident. */
export type CountedIncident = Pick<Incident, 'createdTime' | 'severity'>;

export interface CreatedCount {
  /** When the quarter of an hour begins. */
  from: Ticks;
  severity: CountedSeverity;
  count: number;
}

const QUARTER = 15n * TICKS_PER_MINUTE;
/** More than the severities. */
const PLACES = 8;
/** Longer than a chart is. */
export const COUNTED_DAYS = 92n;
/** In the state row it is read and written with each poll. An incident takes two to three bytes. */
const MAX_BYTES = 16_384;

export const NOTHING_CREATED: CreatedCounts = Uint8Array.of(0);

interface Unpacked {
  /** Quarter of an hour; of earlier ones nothing is known. */
  from: number;
  /** Quarter of an hour and severity in one number → incidents. */
  counts: Map<number, number>;
}

/** Incidents that are counted no more, and those that are counted from now on. What is too old is forgotten. */
export function countCreated(
  packed: CreatedCounts,
  change: { gone: readonly CountedIncident[]; come: readonly CountedIncident[] },
  now: Ticks,
): CreatedCounts {
  if (change.gone.length + change.come.length === 0) return packed;
  const { from, counts } = unpack(packed);
  for (const [incidents, by] of [[change.gone, -1] as const, [change.come, 1] as const])
    for (const incident of incidents) {
      const place = placeOf(incident);
      if (place === undefined || quarterIn(place) < from) continue;
      const count = (counts.get(place) ?? 0) + by;
      if (count > 0) counts.set(place, count);
      else counts.delete(place);
    }
  return pack({ from: Math.max(from, quarterOf(now - COUNTED_DAYS * TICKS_PER_DAY)), counts });
}

/** Counts of incidents that were all created at `from` or later. */
export function countFrom(from: Ticks, incidents: readonly CountedIncident[], now: Ticks): CreatedCounts {
  // What is left of a quarter of an hour is not all of it.
  const first = pack({ from: from <= 0n ? 0 : quarterOf(from - 1n) + 1, counts: new Map() });
  return countCreated(first, { gone: [], come: incidents }, now);
}

/** From when on every incident that was created is counted; 0: always. */
export function countedFrom(packed: CreatedCounts): Ticks {
  const [from = 0] = readNumbers(packed);
  return BigInt(from) * QUARTER;
}

export function listCreated(packed: CreatedCounts): CreatedCount[] {
  return [...unpack(packed).counts].map(([place, count]) => ({
    from: BigInt(quarterIn(place)) * QUARTER,
    severity: COUNTED_SEVERITIES[place % PLACES] ?? 'other',
    count,
  }));
}

const quarterOf = (at: Ticks): number => (at <= 0n ? 0 : Number(at / QUARTER));
const quarterIn = (place: number): number => Math.floor(place / PLACES);

/** What has no time of creation lies on no day. */
function placeOf({ createdTime, severity }: CountedIncident): number | undefined {
  const at = readTicks(createdTime);
  if (at === undefined || at > MAX_TICKS) return undefined;
  const known = COUNTED_SEVERITIES.findIndex((word) => word === severity);
  return quarterOf(at) * PLACES + (known === -1 ? COUNTED_SEVERITIES.length - 1 : known);
}

function pack({ from, counts }: Unpacked): CreatedCounts {
  const all = [...counts.keys()].filter((place) => quarterIn(place) >= from).sort((a, b) => a - b);
  const begin = Math.max(from, firstThatFits(all, counts));
  const bytes: number[] = [];
  addNumber(bytes, begin);
  let before = begin * PLACES;
  for (const place of all) {
    if (quarterIn(place) < begin) continue;
    addNumber(bytes, place - before);
    addNumber(bytes, counts.get(place) ?? 0);
    before = place;
  }
  return Uint8Array.from(bytes);
}

/** A number that stands at the beginning, as it is or as the first distance. */
const LONGEST_NUMBER = 5;

/** From which quarter of an hour on the newest fit; what is older is as if it were too old. */
function firstThatFits(places: readonly number[], counts: ReadonlyMap<number, number>): number {
  let room = MAX_BYTES - 2 * LONGEST_NUMBER;
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const place = places[at] ?? 0;
    room -= lengthOf(place - (places[at - 1] ?? place)) + lengthOf(counts.get(place) ?? 0);
    if (room < 0) return quarterIn(place) + 1;
  }
  return 0;
}

function unpack(packed: CreatedCounts): Unpacked {
  const numbers = readNumbers(packed);
  const [from = 0] = numbers;
  const counts = new Map<number, number>();
  let place = from * PLACES;
  for (let at = 1; at + 1 < numbers.length; at += 2) {
    place += numbers[at] ?? 0;
    counts.set(place, numbers[at + 1] ?? 0);
  }
  return { from, counts };
}

/** Seven bits each, the lowest first; the eighth says that more follow. */
function addNumber(bytes: number[], number: number): void {
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}

function lengthOf(number: number): number {
  let length = 1;
  for (let rest = number; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
  return length;
}

function readNumbers(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let [number, weight] = [0, 1];
  for (const byte of bytes) {
    number += (byte % 128) * weight;
    weight *= 128;
    if (byte >= 128) continue;
    numbers.push(number);
    [number, weight] = [0, 1];
  }
  return numbers;
}
