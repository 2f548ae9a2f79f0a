import type { ObservedIncident } from '../incidents/incident.ts';
import { maxTicks, TICKS_PER_DAY, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';
import { addGap, GAP_REASONS, newGap, UNCOUNTED, type Gap } from './gaps.ts';
import { isInside, widenWindow, type ReadWindow } from './read-cycle.ts';

/** One answer with entries that have no id. */
export interface NamelessAnswer {
  incidents: readonly ObservedIncident[];
  /** The times that they print; the window's start, or what lies before it, where they print none. */
  withoutId: readonly Ticks[];
  visibleUntil: Ticks;
}

/**
 * What such an answer leaves unknown: around each entry the whole second, which no filter is too coarse for; the whole window
 * where an entry has no time, or one that does not say where the source files it.
 */
export function namelessGaps(window: ReadWindow, answer: NamelessAnswer, now: Ticks): Gap[] {
  const whole = { from: window.from, to: window.to ?? maxTicks(answer.visibleUntil, window.from) + 1n };
  return answer.withoutId
    .map((at) => widenWindow(saysWhere(window, at) ? { from: at, to: at + 1n } : whole, 's'))
    .reduce<Gap[]>((gaps, { from, to }) => addGap(gaps, gapAround({ from, to }, answer, now)), [])
    .map((gap) => gapAround(gap, answer, now));
}

/** A source that compares times more coarsely than it prints them lists an entry up to a second before its time. */
const saysWhere = ({ from, to }: ReadWindow, at: Ticks): boolean =>
  at > from && (to === undefined || at < to + TICKS_PER_SECOND);

function gapAround(part: { from: Ticks; to: Ticks }, { incidents, withoutId }: NamelessAnswer, now: Ticks): Gap {
  const named = incidents
    .filter(({ updatedAt }) => isInside(part, updatedAt))
    .map(({ incident }) => incident.incidentId);
  // An entry without a time has joined all of them to one.
  const nameless = withoutId.filter((at) => isInside(part, at)).length;
  return {
    ...newGap(part.from, part.to, GAP_REASONS.withoutId, now),
    entries: new Set(named).size + Math.max(1, nameless),
  };
}

/**
 * An incident that is updated leaves the place where it had no id, and what it has become is read like any news. After so long,
 * with some thirty looks and all the second readings of that time, nothing is left there that has no id.
 */
const MOVED_AFTER = 7n * TICKS_PER_DAY;

export interface GapReading {
  /** What it could not read. */
  found: readonly Gap[];
  /** Incidents that it has listed in the gap, and entries without an id. */
  entries: number;
  withoutId: number;
  /** It came to the gap's end. */
  isWhole: boolean;
}

/** What is left of a gap with incidents without an id after it was read again: nothing once as many entries are there as before, each with an id. */
export function restOfNameless(gap: Gap, { found, entries, withoutId, isWhole }: GapReading, now: Ticks): Gap[] {
  // It was read to its end: nothing of it fails by itself any more, for other reads to step over.
  const { fewerSince = now, part: _part, ...kept } = gap;
  // What it has not come to is kept by who asked for it.
  if (!isWhole) return [...found];
  if (found.some(({ reason }) => reason === GAP_REASONS.withoutId)) {
    const isCounted = needed(gap) < UNCOUNTED;
    return addGap(found, { ...kept, entries: isCounted ? needed(gap) : entries + withoutId });
  }
  if (entries >= needed(gap) || now - fewerSince >= MOVED_AFTER) return [...found];
  return [...found, { ...kept, fewerSince }];
}

const needed = ({ entries = 1 }: Gap): number => entries;
