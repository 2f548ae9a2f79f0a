import { AppError } from '../../errors.ts';
import { maxTicks, minTicks, TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../values/ticks.ts';
import { widenWindow } from './read-cycle.ts';

/** A stretch of update times, [from, to), of which we do not claim to know everything. */
export interface Gap {
  from: Ticks;
  to: Ticks;
  /** Error code of the failed read, or one of `GAP_REASONS`. */
  reason: string;
  incidentId: string | undefined;
  since: Ticks;
  retryAt: Ticks;
  /** What of it was seen to fail by itself: reads of the tenant's news step over it. Absent: they read it like all else. */
  part?: GapPart;
  /** Of one with incidents without an id: how many entries it showed at least, those with an id included; or `UNCOUNTED`. */
  entries?: number;
  /** Since when it has shown fewer than that, each of them with an id. */
  fewerSince?: Ticks;
}

/** Between gaps that share their room nobody has counted: more than any gap shows, until it is read again and its entries are. */
export const UNCOUNTED = 1_000_000_000;

export interface GapPart {
  from: Ticks;
  to: Ticks;
  /** It cannot be cut any further: to read the gap again is one question and no search. */
  isNarrow: boolean;
}

/** What windows step over, oldest first. */
export function failingParts(gaps: readonly Gap[]): GapPart[] {
  return gaps.flatMap(({ part }) => (part === undefined ? [] : [part])).sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** Reasons of gaps that are no error code of a failed list. */
export const GAP_REASONS = {
  withoutId: 'incident-without-id',
  instant: 'instant-cannot-be-paged',
  /** An incident is stored without alerts that could not be read; without an incident id, each of several may be. */
  alerts: 'alerts-pending',
} as const;

/** More would not fit the state row and would mean that the source is broken: then the complete point stops. */
export const MAX_GAPS = 32;

export function newGap(from: Ticks, to: Ticks, reason: string, now: Ticks): Gap {
  return { from, to, reason, incidentId: undefined, since: now, retryAt: now + TICKS_PER_HOUR };
}

/** One incident that the source lists and cannot show by its id: the whole second that it was listed with. */
export function gapOfIncident(
  incidentId: string,
  at: Ticks,
  now: Ticks,
  reason: 'incident-unreadable' | typeof GAP_REASONS.alerts = 'incident-unreadable',
): Gap {
  const { from, to } = widenWindow({ from: at, to: at + 1n }, 's');
  return { ...newGap(from, to, reason, now), incidentId };
}

/** Hourly for a day, then daily. */
export function postponeGap(gap: Gap, now: Ticks): Gap {
  const wait = now - gap.since < TICKS_PER_DAY ? TICKS_PER_HOUR : TICKS_PER_DAY;
  return { ...gap, retryAt: now + wait };
}

/** The list with one more gap; one that is already covered changes nothing, but for an incident that was just asked for again. */
export function addGap(gaps: readonly Gap[], gap: Gap): Gap[] {
  if (gap.entries !== undefined && gap.part === undefined) return joinGap(gaps, gap);
  if (gap.incidentId !== undefined && gap.reason === GAP_REASONS.alerts && gaps.some((known) => isCovered(known, gap)))
    return gaps.map((known) => (isSameGap(known, gap) ? askedAgain(known, gap) : known));
  return gaps.some((known) => isCovered(known, gap)) ? [...gaps] : [...gaps, gap];
}

/**
 * An incident without an id may be seen by every poll, each time in another window: stretches that overlap are one, which has
 * to show the most entries that any of them has shown.
 */
function joinGap(gaps: readonly Gap[], gap: Gap): Gap[] {
  const isJoined = (known: Gap): boolean =>
    known.reason === gap.reason && known.part === undefined && known.from < gap.to && gap.from < known.to;
  const { fewerSince, ...joined } = gaps.filter(isJoined).reduce(
    (all, known) => ({
      ...all,
      from: minTicks(all.from, known.from),
      to: maxTicks(all.to, known.to),
      since: minTicks(all.since, known.since),
      retryAt: minTicks(all.retryAt, known.retryAt),
      entries: Math.max(all.entries ?? 0, known.entries ?? 0),
    }),
    gap,
  );
  const isAlone = !gaps.some(isJoined);
  return [...gaps.filter((known) => !isJoined(known)), isAlone ? gap : joined];
}

const askedAgain = (known: Gap, { since, retryAt }: Gap): Gap =>
  known.retryAt >= retryAt ? known : postponeGap(known, since);

/** What the next retry of a gap reads. */
export const toRetry = ({ from, to, part }: Gap): { from: Ticks; to: Ticks } => part ?? { from, to };

/** Whether the known gap says as much as this one, and reading it again settles both. */
function isCovered(known: Gap, gap: Gap): boolean {
  const isSameKind = known.reason === gap.reason && (known.incidentId === gap.incidentId || isShared(known));
  return isSameKind && holds(known, gap) && holds(toRetry(known), toRetry(gap)) && isSteppedOverAlike(known, gap);
}

const holds = (outer: { from: Ticks; to: Ticks }, inner: { from: Ticks; to: Ticks }): boolean =>
  outer.from <= inner.from && outer.to >= inner.to;

/** What windows step over stays known as such, and what can be read part by part is not taken for what cannot be cut. */
function isSteppedOverAlike({ part: known }: Gap, { part }: Gap): boolean {
  if (part === undefined) return known?.isNarrow !== true;
  return known !== undefined && (part.isNarrow || !known.isNarrow);
}

/** Whether both are the one gap, which may have been postponed meanwhile. */
export function isSameGap(one: Gap, other: Gap): boolean {
  return (
    one.from === other.from &&
    one.to === other.to &&
    one.reason === other.reason &&
    one.incidentId === other.incidentId &&
    one.part?.from === other.part?.from
  );
}

/** The list with a gap replaced by what is left of it; where that would be too many, the gap stays as it is and is tried later. */
export function replaceGap(gaps: readonly Gap[], gap: Gap, rest: readonly Gap[], now: Ticks): Gap[] {
  const isSame = (other: Gap): boolean => isSameGap(other, gap);
  const replaced = rest.reduce<Gap[]>(
    addGap,
    gaps.filter((other) => !isSame(other)),
  );
  const fitting = shareRoom(replaced, now);
  if (fitting.length <= MAX_GAPS) return fitting;
  return gaps.map((other) => (isSame(other) ? postponeGap(other, now) : other));
}

/** Whether the state row can hold these gaps too. */
export function hasRoom(gaps: readonly Gap[], added: readonly Gap[]): boolean {
  // Which of them share does not change how many are left.
  return shareRoom(added.reduce<Gap[]>(addGap, [...gaps]), 0n).length <= Math.max(MAX_GAPS, gaps.length);
}

/** With more gaps the state row could not hold them: the cursor stops before what is unknown. */
export function addWithRoom(gaps: readonly Gap[], gap: Gap): Gap[] {
  if (hasRoom(gaps, [gap])) return shareRoom(addGap(gaps, gap), gap.since);
  throw new AppError('too-many-gaps', `Cannot read on: ${MAX_GAPS} stretches of time are unknown already`);
}

/** Whether the gap stands for this incident, alone or with others: its retry will read it. */
export function waitsForAlerts(gap: Gap, incidentId: string, updatedAt: Ticks): boolean {
  const { from, to } = toRetry(gap);
  if (isShared(gap)) return from <= updatedAt && updatedAt < to;
  // A gap of another kind reads a second that the incident may have left.
  return gap.reason === GAP_REASONS.alerts && gap.incidentId === incidentId;
}

const isShared = ({ reason, incidentId }: Gap): boolean => reason === GAP_REASONS.alerts && incidentId === undefined;

/**
 * Incidents without their alerts or their ids hold up no other one, however many they are: where there is no room for a gap of each,
 * those next to each other share one.
 */
function shareRoom(gaps: readonly Gap[], now: Ticks): Gap[] {
  let fitting = [...gaps];
  while (fitting.length > MAX_GAPS) {
    const pair = nearestSharing(fitting, now);
    if (pair === undefined) return fitting;
    fitting = absorbSharing(fitting, joinSharing(...pair));
  }
  return fitting;
}

const SHARING: readonly string[] = [GAP_REASONS.alerts, GAP_REASONS.withoutId];

/** Reads of the tenant's news step over what fails by itself, and must not step over what shares its gap. */
const canShare = ({ reason, part }: Gap): boolean =>
  reason === GAP_REASONS.alerts || (reason === GAP_REASONS.withoutId && part === undefined);

/**
 * The two gaps of one kind that leave the least time between them. What is left unread of a gap that is due joins none that was read
 * and waits, if there are others to join: all of it would be read again from its start, and never to its end.
 */
function nearestSharing(gaps: readonly Gap[], now: Ticks): [Gap, Gap] | undefined {
  const pairs = SHARING.flatMap((kind) => {
    const alike = gaps.filter((gap) => gap.reason === kind && canShare(gap)).sort(compareStarts);
    return alike.slice(1).map((next, index): [Gap, Gap] => [alike[index] ?? next, next]);
  });
  const together = pairs.filter(([one, other]) => one.retryAt <= now === other.retryAt <= now);
  const [first, ...others] = together.length > 0 ? together : pairs;
  return others.reduce((nearest, pair) => (between(pair) < between(nearest ?? pair) ? pair : nearest), first);
}

const compareStarts = (one: Gap, other: Gap): number => (one.from < other.from ? -1 : one.from > other.from ? 1 : 0);
const between = ([one, next]: [Gap, Gap]): Ticks => next.from - one.to;

/** The list with this shared gap in the place of all that it holds: of two for one incident, each would leave it to the other. */
function absorbSharing(gaps: readonly Gap[], shared: Gap): Gap[] {
  const isHeld = (gap: Gap): boolean => gap.reason === shared.reason && canShare(gap) && holds(shared, gap);
  return [...gaps.filter((gap) => !isHeld(gap)), gaps.filter(isHeld).reduce(joinSharing, shared)];
}

function joinSharing(one: Gap, other: Gap): Gap {
  // All of it is read again: a part of one would leave out the other.
  const { part: _part, fewerSince: _fewerSince, ...whole } = one;
  return {
    ...whole,
    ...(one.entries !== undefined && { entries: UNCOUNTED }),
    from: minTicks(one.from, other.from),
    to: maxTicks(one.to, other.to),
    incidentId: one.incidentId === other.incidentId ? one.incidentId : undefined,
    since: minTicks(one.since, other.since),
    retryAt: minTicks(one.retryAt, other.retryAt),
  };
}
