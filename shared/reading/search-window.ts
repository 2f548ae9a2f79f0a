import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { smallerTop, SMALLEST_TOP } from '../domain/reading/page-size.ts';
import { advance, middleOf, widenWindow, type ReadWindow, type WindowSearch } from '../domain/reading/read-cycle.ts';
import {
  afterFailure,
  afterGap,
  afterReadWindow,
  afterSmallest,
  isSizeSuspect,
  MAX_SEARCH_CALLS,
  searchContext,
  startSearch,
  type SearchContext,
} from '../domain/reading/window-search.ts';
import type { CycleSlot } from '../domain/tenants/completeness.ts';
import { minTicks, type Ticks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { refusePartial } from '../sources/refuse-partial.ts';
import { isWindowFailure } from '../sources/window-failure.ts';
import { readWindow, topOf, type Reading } from './cycle-reading.ts';
import { boundsOf, type PageVerdict, type ShortPage } from './read-page.ts';

/** The window's verdict, or `undefined` when it fails and the search for what makes it fail has its next step. */
export async function readOrSearch(reading: Reading, window: ReadWindow): Promise<PageVerdict | undefined> {
  const { deps, run, progress } = reading;
  const top = topOf(reading);
  const before = deps.reader.callsMade();
  try {
    const verdict = await readWindow(reading, window);
    deps.pageSize = { pageCap: verdict.pageCap, longestPage: verdict.longestPage };
    if (run.proveCap) progress.update({ longestPage: verdict.longestPage });
    reading.answeredAt = deps.reader.callsMade();
    const { search } = progress.cycle();
    // Nothing is in the window that could have failed: the size did, or what has passed since.
    if (search?.step === 'smallest' && verdict.kind === 'proven')
      progress.update({ search: { ...search, hasWorked: true } });
    return verdict;
  } catch (error) {
    const { search } = progress.cycle();
    const failed = { window, top, run, error };
    const context = searchContext(progress.cycle(), run);
    if (search === undefined) progress.update({ search: beginSearch(deps.reader, failed) });
    else {
      const spent = { ...search, calls: search.calls + deps.reader.callsMade() - before };
      const next = await continueSearch(deps.reader, spent, failed, context);
      progress.update({ search: { ...next, isUnproven: next.isUnproven && reading.answeredAt !== before } });
    }
    return undefined;
  }
}

export async function learnFromSmallest(
  { deps, run, progress }: Reading,
  search: WindowSearch,
  window: ReadWindow,
): Promise<undefined> {
  const partTop = await provePartTop(deps.reader, search.fullTop);
  progress.update({ search: afterSmallest(search, window, partTop, searchContext(progress.cycle(), run)) });
  return undefined;
}

/** Asks the service for something else where a search needs it; `true`: the part that fails became a gap. */
export async function proveAndRecord(reading: Reading): Promise<boolean> {
  const { deps, run, progress } = reading;
  const { search } = progress.cycle();
  if (search === undefined) return false;
  const before = deps.reader.callsMade();
  const proven = await proveSearch(deps.reader, search);
  if (deps.reader.callsMade() > before) reading.answeredAt = deps.reader.callsMade();
  progress.update({ search: proven });
  if (proven.step !== 'last') return false;
  const part = { from: progress.cycle().cursor, to: proven.failingTo };
  const isNarrow = isUncut(part, searchContext(progress.cycle(), run));
  await progress.recordGap(part, { reason: proven.reason, failsByItself: true, isNarrow });
  progress.update({ search: afterGap(proven, progress.cycle()) });
  return true;
}

/** A window was read whole: the search has come further, or to its end. */
export function goOnSearching({ progress, clearedTo }: Reading, window: ReadWindow, incidents: number): void {
  const { search } = progress.cycle();
  if (search === undefined) return;
  // What brings incidents would have had to be read without a search too.
  const spent = { ...search, calls: search.calls + (incidents > 0 ? 0 : 1) };
  progress.update({
    search: progress.isLast(window)
      ? undefined
      : afterReadWindow(spent, progress.cycle(), clearedTo === search.failingTo),
  });
}

/**
 * Before the last window of a search is stored: learns the page size that works where the one that failed fails again, on what
 * failed last as a whole, all of which can be read by now. Where that size works, something else was to blame and has passed,
 * at the price of one call. Returns what the page has shown, which may be newer than what is stored.
 */
export async function learnTop(
  reading: Reading,
  window: ReadWindow,
  { visibleUntil }: Pick<ShortPage, 'visibleUntil'>,
): Promise<readonly ObservedIncident[]> {
  const { deps, progress } = reading;
  const cycle = progress.cycle();
  const { search } = cycle;
  if (search === undefined || search.fullTop === SMALLEST_TOP || !isSizeSuspect(search)) return [];
  const behind = advance(cycle, window.to ?? visibleUntil);
  if (!progress.isLast(window) && afterReadWindow(search, behind) !== undefined) return [];
  const isPart = search.step === 'halves' && search.failingTo <= behind.cursor;
  const failed = isPart
    ? { from: search.failingFrom ?? search.from, to: search.failingTo }
    : { from: search.from, to: minTicks(search.until, behind.cursor) };
  const asked = boundsOf(widenWindow(failed, cycle.unit));
  for (let top = search.fullTop; top > SMALLEST_TOP; top = nextTop(search, top)) {
    try {
      const page = await deps.reader.list({ ...asked, top });
      refusePartial(page);
      if (top < search.fullTop) deps.learntTop.current = { top, triedAt: deps.table.serviceTime() };
      else reading.clearedTo = failed.to;
      return page.incidents;
    } catch (error) {
      if (isWindowFailure(error)) continue;
      if (!hasCode(error, 'budget-spent')) throw error;
      // Whether that size works too is seen by the next page.
      if (top < search.fullTop) deps.learntTop.current = { top, triedAt: deps.table.serviceTime() };
      else if (search.calls < MAX_SEARCH_CALLS) {
        // The window is read again by the next run, which may have the time to ask.
        progress.update({ search: { ...search, calls: search.calls + 1 } });
        throw error;
      }
      return [];
    }
  }
  deps.learntTop.current = { top: SMALLEST_TOP, triedAt: deps.table.serviceTime() };
  return [];
}

/** Below the size that failed, what an empty window can be asked with comes first. */
const nextTop = ({ fullTop, partTop }: WindowSearch, top: number): number =>
  top === fullTop && partTop < fullTop ? partTop : (smallerTop(top) ?? SMALLEST_TOP);

/** Passes what is a gap by itself. */
export function stepOverFailing({ progress }: Reading): void {
  for (const part of progress.failingParts()) {
    const { cursor } = progress.cycle();
    if (part.from <= cursor && cursor < part.to) progress.stepOver(part);
  }
}

const isUncut = ({ from, to }: ReadWindow, { smallestPart }: SearchContext): boolean =>
  to !== undefined && middleOf({ from, to }, smallestPart) === undefined;

/** What of a run a search depends on. */
interface SearchedRun {
  slot: CycleSlot;
  smallestPart?: Ticks;
}

interface FailedWindow {
  window: ReadWindow;
  /** The size that was asked for. */
  top: number;
  run: SearchedRun;
  error: unknown;
}

/** Begins a search when a window fails; throws the failure when it is none of a window. */
function beginSearch(reader: MeteredReader, { window, top, run, error }: FailedWindow): WindowSearch {
  if (!isWindowFailure(error)) throw error;
  // Gaps are read again after the news: the service has answered already, and that they fail is known.
  const isConfirmed = run.slot === 'gap';
  return startSearch(window, { now: reader.serviceTime(), top, reason: error.code, calls: 1, isConfirmed });
}

/** The next step of the search after one more failure. */
async function continueSearch(
  reader: MeteredReader,
  search: WindowSearch,
  { window, error }: FailedWindow,
  context: SearchContext,
): Promise<WindowSearch> {
  if (!isWindowFailure(error)) throw error;
  const next = afterFailure(search, window, error.code, context);
  const startsHalves = next.step === 'halves' && search.step !== 'halves';
  if (!startsHalves || search.step === 'sizes') return next;
  const partTop = await provePartTop(reader, next.partTop);
  return { ...next, partTop, top: partTop };
}

/** Lets a search go on when the service answers something else; throws when it is down, which no search can help. */
async function proveSearch(reader: MeteredReader, search: WindowSearch): Promise<WindowSearch> {
  if (!search.isUnproven && reader.hasAnswered()) return search;
  await reader.probe(SMALLEST_TOP);
  return { ...search, isUnproven: false, calls: search.calls + 1 };
}

/** The size that the parts of a failing window can be asked with: one that fails where there is nothing to read makes them all fail. */
async function provePartTop(reader: MeteredReader, partTop: number): Promise<number> {
  let top = partTop;
  for (;;) {
    try {
      await reader.probe(top);
      return top;
    } catch (error) {
      // No time is left to ask: whether this one works is seen by what is read with it next.
      if (hasCode(error, 'budget-spent')) return top;
      const next = smallerTop(top);
      if (!isWindowFailure(error) || next === undefined) throw error;
      top = next;
    }
  }
}
