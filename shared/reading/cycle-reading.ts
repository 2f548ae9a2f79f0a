import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { isTrialDue, largerTop } from '../domain/reading/page-size.ts';
import {
  nextWindow,
  UNIT_TICKS,
  ventureWindow,
  widenWindow,
  type Density,
  type FilterUnit,
  type ReadCycle,
  type ReadWindow,
} from '../domain/reading/read-cycle.ts';
import { searchContext, searchWindow } from '../domain/reading/window-search.ts';
import { minTicks, type Ticks } from '../domain/values/ticks.ts';
import { isWindowFailure } from '../sources/window-failure.ts';
import type { CycleDeps, CyclePlace, CycleProgress } from './cycle-progress.ts';
import type { ExpectedIncidents } from './read-incident.ts';
import { readPage, type FullPage, type PageVerdict } from './read-page.ts';

export interface CycleRun extends CyclePlace {
  cycle: ReadCycle;
  proveCap: boolean;
  /** Calls that this run may make before it leaves the rest to the next. */
  maxCalls: number;
  /** A search goes no further than to parts of this width, in ticks. Absent: to what the source's filter can tell apart. */
  smallestPart?: Ticks;
  /** The first run of a front cycle may end with its first window that one page cannot show, so that the caller can part it. */
  stopAtFullPage?: boolean;
  /** Compares a window that is wholly known with what is stored, and answers up to where; the rest is read again. */
  compareStored?(known: KnownWindow): Promise<Ticks | undefined>;
}

/** A window that is wholly known. */
export interface KnownWindow {
  window: ReadWindow;
  /** All that this run was shown of it. */
  incidents: readonly ObservedIncident[];
  /** Of an instant that took several runs: what was created before is known from those before this one. */
  knownBefore: Ticks | undefined;
  /** Reads by id that may be made, at least one. */
  callsLeft: number;
}

/** A window that time cannot cut, as wide as the source can tell apart: asked for less, it would leave out what it files before. */
export function instantOf({ from, to }: ReadWindow, unit: FilterUnit): { from: Ticks; to: Ticks } {
  return widenWindow({ from, to: to ?? from + 1n }, unit);
}

/** Of an instant that runs before have begun: what was created before is known from them. */
export function knownBefore({ progress }: Pick<Reading, 'progress'>, window: ReadWindow): Ticks | undefined {
  const { instant, unit } = progress.cycle();
  const { from, to } = instantOf(window, unit);
  return instant?.from === from && instant.to === to ? instant.createdBefore : undefined;
}

/** One run of a cycle under way. */
export interface Reading {
  deps: CycleDeps;
  run: CycleRun;
  progress: CycleProgress;
  expected: ExpectedIncidents;
  density: Density;
  /** Windows in a row that were nearly empty. */
  sparseWindows: number;
  /** Calls made when something was answered last; what fails right behind it fails although the service is up. */
  answeredAt: number;
  /** The end of a part that had failed and can be read with the size that it had failed with. */
  clearedTo: Ticks | undefined;
  /** Calls that this run may still make. */
  callsLeft(): number;
}

/** The page size to ask with: that of the search, else the one that was learnt, else the source's own. */
export function topOf({ deps, progress }: Reading): number {
  const { maxTop } = deps.reader;
  return Math.min(maxTop, progress.cycle().search?.top ?? deps.learntTop.current?.top ?? maxTop);
}

export function chooseWindow(reading: Reading): ReadWindow {
  const { progress } = reading;
  const window = chooseByTime(reading);
  const { cursor, unit } = progress.cycle();
  const parts = progress.failingParts();
  // A part that is known to fail ends the window before it.
  const next = parts.find(({ from }) => from > cursor)?.from;
  const until = next === undefined ? window.to : minTicks(window.to ?? next, next);
  const isBeside = parts.some(({ from, to }) => isCutWithin(unit, to, cursor) || isCutWithin(unit, from, until));
  // What fails was told apart more finely than the cycle takes the source to compare: a wider window would fail with it.
  if (isBeside) progress.update({ unit: 'tick' });
  return { from: window.from, to: until };
}

const isCutWithin = (unit: FilterUnit, cut: Ticks, edge: Ticks | undefined): boolean =>
  cut === edge && cut % UNIT_TICKS[unit] !== 0n;

function chooseByTime(reading: Reading): ReadWindow {
  const { deps, run, progress, density } = reading;
  const cycle = progress.cycle();
  if (cycle.search !== undefined) return searchWindow(cycle.search, cycle, searchContext(cycle, run));
  const guess = { density, now: deps.table.serviceTime(), top: topOf(reading) };
  const { from, to } = ventureWindow(
    cycle,
    nextWindow({ ...cycle, bounds: passOver(cycle.bounds, reading.sparseWindows) }),
    guess,
  );
  // What is asked for is as wide as the source can tell apart: so is the window, or the same would be asked for again and again.
  return to === undefined ? { from, to } : { from, to: widenWindow({ from, to }, cycle.unit).to };
}

/** Below this share of a page a window is nearly empty. */
const SPARSE_SHARE = 1 / 4;
/** So many doublings join 32 windows. */
const MOST_DOUBLINGS = 5;

/**
 * Bounds may have been cut by smaller pages, or around incidents that have moved away since: behind each nearly empty window twice
 * as many are read as one. A window that is full then is cut where it was cut before.
 */
const passOver = (bounds: readonly Ticks[], sparseWindows: number): Ticks[] =>
  bounds.slice(Math.min(2 ** sparseWindows, bounds.length) - 1);

export function noteFill(reading: Reading, window: ReadWindow, incidents: number): void {
  const { pageCap, longestPage } = reading.deps.pageSize;
  const page = Math.min(topOf(reading), pageCap ?? longestPage);
  const isSparse = window.to !== undefined && incidents <= page * SPARSE_SHARE;
  reading.sparseWindows = isSparse ? Math.min(MOST_DOUBLINGS, reading.sparseWindows + 1) : 0;
}

/** Asks for one window and notes what it cost, also when it fails. */
export async function readWindow(reading: Reading, window: ReadWindow): Promise<PageVerdict> {
  const { progress } = reading;
  const verdict = await askFor(reading, window, topOf(reading));
  progress.update({ unit: verdict.unit });
  const isTrial = verdict.kind === 'full' && progress.cycle().search === undefined;
  return isTrial ? await tryLargerPage(reading, window, verdict) : verdict;
}

async function askFor({ deps, run, progress }: Reading, window: ReadWindow, top: number): Promise<PageVerdict> {
  const { calls, unit } = progress.cycle();
  const before = deps.reader.callsMade();
  try {
    return await readPage(deps.reader, {
      window,
      unit,
      top,
      ...deps.pageSize,
      proveCap: run.proveCap,
      links: deps.links,
    });
  } finally {
    progress.update({ calls: calls + deps.reader.callsMade() - before });
  }
}

/** Once a day, for one instant every two hours, a page that is full at the size that was learnt is asked for at the next larger one. */
async function tryLargerPage(reading: Reading, window: ReadWindow, small: FullPage): Promise<PageVerdict> {
  const { learntTop, reader, table } = reading.deps;
  const learnt = learntTop.current;
  const isInstant = window.to !== undefined && window.to - window.from <= UNIT_TICKS[small.unit];
  if (learnt === undefined || !isTrialDue(learnt, table.serviceTime(), isInstant)) return small;
  const top = largerTop(learnt.top, reader.maxTop);
  learntTop.current = { ...learnt, triedAt: table.serviceTime() };
  try {
    const large = await askFor(reading, window, top);
    // The day has passed for the next size too.
    learntTop.current = top >= reader.maxTop ? undefined : { ...learnt, top };
    return large;
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    return small;
  }
}
