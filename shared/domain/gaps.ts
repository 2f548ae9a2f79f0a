import { widenWindow } from './read-cycle.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from './ticks.ts';

/** A stretch of update times, [from, to), of which we do not claim to know everything. */
export interface Gap {
  from: Ticks;
  to: Ticks;
  /** Error code of the failed read, `incident-without-id`, `incident-unreadable` or `instant-cannot-be-paged`. */
  reason: string;
  incidentId: string | undefined;
  since: Ticks;
  retryAt: Ticks;
  /** It holds one part that cannot be cut any further: to read it again is one question and no search. */
  isNarrow?: boolean;
}

/** More would not fit the state row and would mean that the source is broken: then the complete point stops. */
export const MAX_GAPS = 32;

export function newGap(from: Ticks, to: Ticks, reason: string, now: Ticks): Gap {
  return { from, to, reason, incidentId: undefined, since: now, retryAt: now + TICKS_PER_HOUR };
}

/** One incident that the source lists and cannot show by its id: the whole second that it was listed with. */
export function gapOfIncident(incidentId: string, at: Ticks, now: Ticks): Gap {
  const { from, to } = widenWindow({ from: at, to: at + 1n }, 's');
  return { ...newGap(from, to, 'incident-unreadable', now), incidentId };
}

/** Hourly for a day, then daily. */
export function postponeGap(gap: Gap, now: Ticks): Gap {
  const wait = now - gap.since < TICKS_PER_DAY ? TICKS_PER_HOUR : TICKS_PER_DAY;
  return { ...gap, retryAt: now + wait };
}

/** The list with one more gap; one that is already covered changes nothing. */
export function addGap(gaps: readonly Gap[], gap: Gap): Gap[] {
  const isCovered = gaps.some(
    (known) =>
      known.from <= gap.from &&
      known.to >= gap.to &&
      known.reason === gap.reason &&
      known.incidentId === gap.incidentId &&
      // A narrow one is not read part by part any more.
      (known.isNarrow !== true || gap.isNarrow === true),
  );
  return isCovered ? [...gaps] : [...gaps, gap];
}

/** The list with a gap replaced by what is left of it; where that would be too many, the gap stays as it is and is tried later. */
export function replaceGap(gaps: readonly Gap[], gap: Gap, rest: readonly Gap[], now: Ticks): Gap[] {
  const isSame = (other: Gap): boolean =>
    other.from === gap.from &&
    other.to === gap.to &&
    other.reason === gap.reason &&
    other.incidentId === gap.incidentId;
  const replaced = rest.reduce<Gap[]>(
    addGap,
    gaps.filter((other) => !isSame(other)),
  );
  if (replaced.length <= MAX_GAPS) return replaced;
  return gaps.map((other) => (isSame(other) ? postponeGap(other, now) : other));
}
