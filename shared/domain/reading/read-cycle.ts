import { maxTicks, minTicks, TICKS_PER_MS, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';

/** How finely the source's filter is trusted to compare times: ticks, until it was caught comparing more coarsely. */
export type FilterUnit = 'tick' | 'ms' | 's';

/**
 * One pass over [from, to) of a tenant's update times, oldest window first, resumable at any transaction. Without `to` the
 * newest window has no upper bound.
 */
export interface ReadCycle {
  from: Ticks;
  to: Ticks | undefined;
  /** Everything before it is stored. */
  cursor: Ticks;
  /** Split points learnt so far, ascending, all above `cursor`. Losing some costs calls, never incidents. */
  bounds: Ticks[];
  unit: FilterUnit;
  /** Calls made and incidents seen in proven windows, for the cost bound and the progress report. */
  calls: number;
  incidents: number;
  startedAt: Ticks;
  /** Up to when the oldest of its answers was current; a cycle that took hours is no newer than its first window. */
  currentAt: Ticks | undefined;
  /** The longest page that it was sent, in entries; absent before the first, and in rows of versions that did not keep it. */
  longestPage?: number;
  /** Set while it is looked for what makes a window fail. */
  search: WindowSearch | undefined;
  /** Set while one instant is read that one run may not be enough for. */
  instant: InstantProgress | undefined;
}

/** How much is stored of one instant, that of a cycle's cursor: all of it that was created before a moment. */
export interface InstantProgress {
  /** The window, as wide as the source can tell apart. */
  from: Ticks;
  to: Ticks;
  createdBefore: Ticks;
  /** Incidents that were. */
  count: number;
  /** Runs in a row that have brought it no further. */
  fruitlessRuns: number;
  /** Up to when the oldest answer was current that they come from. */
  visibleUntil: Ticks;
}

/** How far the search for what makes a window fail has come; the failing part begins at the cycle's cursor. */
export interface WindowSearch {
  /** Where the window began that failed first. */
  from: Ticks;
  /** Where it ended. */
  until: Ticks;
  /** Where the part began that was last seen to fail; absent in rows of versions that did not keep it. */
  failingFrom?: Ticks;
  /** Where the part ends that is known to fail. */
  failingTo: Ticks;
  /** Parts around it that were seen to fail as well, the widest first; absent in rows of versions that did not keep them. */
  around?: readonly FailingPart[];
  /** That window had no upper bound. */
  isOpen: boolean;
  step: 'confirm' | 'smallest' | 'sizes' | 'halves' | 'last';
  /** Nothing else was answered yet since the failure: the service may be down as a whole. */
  isUnproven: boolean;
  /** The size of the next page. */
  top: number;
  /** The size that the parts are read with. */
  partTop: number;
  /** The failing window was sent with a small page: its size, or one incident on its page, is to blame. */
  hasWorked: boolean;
  /** The size with which the first window failed. */
  fullTop: number;
  /** Older halves that could be read since the failing part was last seen to fail. */
  halvesRead: number;
  /** Calls since the first failure or the last gap. */
  calls: number;
  /** Error code of the last failure. */
  reason: string;
  /** It has led to a gap already. */
  hasGap: boolean;
}

export interface FailingPart {
  to: Ticks;
  /** Of the search, by the time that the part inside it failed. */
  calls: number;
}

export interface ReadWindow {
  from: Ticks;
  to: Ticks | undefined;
}

export const MAX_BOUNDS = 200;

export function startCycle(from: Ticks, to: Ticks | undefined, startedAt: Ticks): ReadCycle {
  const nothing = { calls: 0, incidents: 0, currentAt: undefined, search: undefined, instant: undefined };
  return { from, to, cursor: from, bounds: [], unit: 'tick', startedAt, ...nothing };
}

export const UNIT_TICKS: Record<FilterUnit, Ticks> = { tick: 1n, ms: TICKS_PER_MS, s: TICKS_PER_SECOND };

export function coarserUnit(unit: FilterUnit): FilterUnit | undefined {
  if (unit === 'tick') return 'ms';
  return unit === 'ms' ? 's' : undefined;
}

/** The window widened to whole units; what comes back from the added edges is stored too, which is harmless. */
export function widenWindow(window: { from: Ticks; to: Ticks }, unit: FilterUnit): { from: Ticks; to: Ticks };
export function widenWindow(window: ReadWindow, unit: FilterUnit): ReadWindow;
export function widenWindow({ from, to }: ReadWindow, unit: FilterUnit): ReadWindow {
  const size = UNIT_TICKS[unit];
  return { from: from - (from % size), to: to === undefined ? undefined : to + ((size - (to % size)) % size) };
}

/**
 * Where a cycle may start and a stretch of time may be cut that one answer showed whole. The end of a window is tested by its
 * answer: an incident that the source compares as older than it prints comes back dated behind it. No answer tests any other
 * place, so it is a whole second, which no filter is too coarse for.
 */
export const cutBefore = (at: Ticks): Ticks => at - (at % TICKS_PER_SECOND);

/** Where a part is halved: on a whole second or millisecond where it is wide enough. `undefined`: it is `smallest` or narrower. */
export function middleOf({ from, to }: { from: Ticks; to: Ticks }, smallest: Ticks): Ticks | undefined {
  if (to - from <= smallest) return undefined;
  const middle = from + (to - from) / 2n;
  const units = [TICKS_PER_SECOND, TICKS_PER_MS, 1n].filter((unit) => unit >= smallest);
  return units.map((unit) => middle - (middle % unit)).find((cut) => cut > from);
}

export function isInside(window: ReadWindow, at: Ticks): boolean {
  return at >= window.from && (window.to === undefined || at < window.to);
}

/** The oldest window that is not stored yet, as the bounds cut it. */
export function nextWindow(cycle: ReadCycle): ReadWindow {
  return { from: cycle.cursor, to: cycle.bounds[0] ?? cycle.to };
}

/**
 * Where a full page is cut: the smallest seen time that is at least the median and above the window's start, so that at least
 * half of the page lies on the right; if there is none, one unit above the start. A page of one single time is cut on both
 * sides of it at once. Empty: the window is one unit wide.
 */
export function splitPoints(times: readonly Ticks[], window: ReadWindow, unit: FilterUnit): Ticks[] {
  const size = UNIT_TICKS[unit];
  // A link may lead to what lies outside even of what was asked for.
  const asked = widenWindow(window, unit);
  const inside = times.filter((at) => isInside(asked, at));
  const sorted = inside.map((at) => at - (at % size)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = sorted[Math.floor(sorted.length / 2)] ?? window.from;
  const start = window.from - (window.from % size);
  const point = sorted.find((at) => at >= median && at > start) ?? start + size;
  const isOneTime = sorted[0] === point && sorted.at(-1) === point;
  return (isOneTime ? [point, point + size] : [point]).filter((at) => window.to === undefined || at < window.to);
}

/** All bounds, ascending, at most `MAX_BOUNDS`; the farthest are dropped first, as the near ones are read first. */
export function addBounds(bounds: readonly Ticks[], points: readonly Ticks[]): Ticks[] {
  return [...new Set([...bounds, ...points])].sort((a, b) => (a < b ? -1 : 1)).slice(0, MAX_BOUNDS);
}

/** Bounds that cut what is stored already into windows of three quarters of a page of `top`. */
export function boundsBetween(times: readonly Ticks[], top: number): Ticks[] {
  const sorted = [...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const wanted = wantedIncidents(top);
  return sorted.filter((at, index) => index > 0 && index % wanted === 0 && at !== sorted[index - 1]);
}

/** The cycle with everything before `cursor` stored. */
export function advance(cycle: ReadCycle, cursor: Ticks): ReadCycle {
  const reached = maxTicks(cycle.cursor, cursor);
  const instant = reached > cycle.cursor ? undefined : cycle.instant;
  return { ...cycle, cursor: reached, bounds: cycle.bounds.filter((bound) => bound > reached), instant };
}

/** The cycle after one more answer. */
export function noteAnswer(cycle: ReadCycle, visibleUntil: Ticks): ReadCycle {
  return { ...cycle, currentAt: minTicks(cycle.currentAt ?? visibleUntil, visibleUntil) };
}

/** Incidents per tick as the last page suggests, or `undefined` when it says nothing. */
export type Density = number | undefined;

/** A contiguous full page (newest first) shows its own density; one spread over the whole window only says "too wide". */
export function densityOfFullPage(times: readonly Ticks[], window: ReadWindow, now: Ticks): Density {
  const newest = times.reduce(maxTicks, window.from);
  const oldest = times.reduce(minTicks, newest);
  const width = (window.to ?? maxTicks(now, newest)) - window.from;
  const span = newest - oldest;
  return span > 0n && span * 2n < width ? times.length / Number(span) : undefined;
}

/** An almost empty window counts as a few incidents, so that the next one grows by a bounded factor. */
export function densityOfShortPage(count: number, window: ReadWindow): Density {
  return window.to === undefined ? undefined : Math.max(count, 4) / Number(window.to - window.from);
}

const wantedIncidents = (top: number): number => Math.max(1, Math.floor((3 * top) / 4));

/**
 * A narrower window that should hold three quarters of a page, so that evenly spread incidents cost little more than one call
 * a page instead of a whole bisection. It is a guess: it is made only while the calls so far leave room for a wasted one
 * within 4 × N/`top` + 10, which plain bisection keeps by itself.
 */
export function ventureWindow(
  cycle: ReadCycle,
  window: ReadWindow,
  { density, now, top }: { density: Density; now: Ticks; top: number },
): ReadWindow {
  if (density === undefined || cycle.calls + 2 > (4 * cycle.incidents) / top + 6) return window;
  const width = BigInt(Math.ceil(wantedIncidents(top) / density));
  const end = window.to ?? now;
  return width > 0n && width * 5n < (end - window.from) * 4n ? { from: window.from, to: window.from + width } : window;
}
