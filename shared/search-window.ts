import { readWindow, topOf, type Reading } from './cycle-reading.ts';
import { failingParts } from './domain/gaps.ts';
import { SMALLEST_TOP, smallerTop, type LearntTop } from './domain/page-size.ts';
import { middleOf, widenWindow, type ReadWindow, type WindowSearch } from './domain/read-cycle.ts';
import { afterGap, afterReadWindow, afterSmallest, isSizeSuspect, type SearchContext } from './domain/window-search.ts';
import { hasCode } from './errors.ts';
import {
  beginSearch,
  continueSearch,
  isWindowFailure,
  provePartTop,
  proveSearch,
  searchContext,
} from './failing-window.ts';
import { boundsOf, type PageVerdict } from './read-page.ts';
import { refusePartial } from './refuse-partial.ts';

/** The window's verdict, or `undefined` when it fails and the search for what makes it fail has its next step. */
export async function readOrSearch(reading: Reading, window: ReadWindow): Promise<PageVerdict | undefined> {
  const { deps, run, progress } = reading;
  const top = topOf(reading);
  const before = deps.reader.callsMade();
  try {
    const verdict = await readWindow(reading, window);
    deps.pageSize = { pageCap: verdict.pageCap, longestPage: verdict.longestPage };
    reading.answeredAt = deps.reader.callsMade();
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
export async function goOnSearching(reading: Reading, window: ReadWindow, incidents: number): Promise<void> {
  const { deps, progress } = reading;
  const { search } = progress.cycle();
  if (search === undefined) return;
  // What brings incidents would have had to be read without a search too.
  const spent = { ...search, calls: search.calls + (incidents > 0 ? 0 : 1) };
  const next = progress.isLast(window) ? undefined : afterReadWindow(spent, progress.cycle());
  if (next === undefined && isSizeSuspect(spent))
    deps.learntTop.current = await findWorkingTop(reading, spent, deps.learntTop.current);
  progress.update({ search: next });
}

/**
 * The page size that works where the one that failed fails again, found on the window that failed, all of which is stored by
 * now; what was known before where that size works: then something else was to blame, and it has passed. One call in that case.
 */
async function findWorkingTop(
  { deps: { reader, table }, progress }: Reading,
  { from, until, fullTop }: WindowSearch,
  known: LearntTop | undefined,
): Promise<LearntTop | undefined> {
  const window = boundsOf(widenWindow({ from, to: until }, progress.cycle().unit));
  for (let top = fullTop; ; top = smallerTop(top) ?? SMALLEST_TOP) {
    try {
      if (top > SMALLEST_TOP) refusePartial(await reader.list({ ...window, top }));
      return top === fullTop ? known : { top, triedAt: table.serviceTime() };
    } catch (error) {
      // The next window that fails shows it as well.
      if (hasCode(error, 'budget-spent')) return known;
      if (!isWindowFailure(error)) throw error;
    }
  }
}

/** Passes what is a gap by itself; the retry of a gap does not. */
export function stepOverFailing({ deps, run, progress }: Reading): void {
  if (run.slot === 'gap') return;
  for (const part of failingParts(deps.session.state().gaps)) {
    const { cursor } = progress.cycle();
    if (part.from <= cursor && cursor < part.to) progress.stepOver(part);
  }
}

const isUncut = ({ from, to }: ReadWindow, { smallestPart }: SearchContext): boolean =>
  to !== undefined && middleOf({ from, to }, smallestPart) === undefined;
