import { readWindow, topOf, type Reading } from './cycle-reading.ts';
import { failingParts } from './domain/gaps.ts';
import { middleOf, type ReadWindow, type WindowSearch } from './domain/read-cycle.ts';
import { afterGap, afterReadWindow, afterSmallest, learntBy, type SearchContext } from './domain/window-search.ts';
import { beginSearch, continueSearch, provePartTop, proveSearch, searchContext } from './failing-window.ts';
import type { PageVerdict, ShortPage } from './read-page.ts';

/** The window's verdict, or `undefined` when it fails and the search for what makes it fail has its next step. */
export async function readOrSearch(reading: Reading, window: ReadWindow): Promise<PageVerdict | undefined> {
  const { deps, run, progress } = reading;
  const top = topOf(reading);
  const before = deps.reader.callsMade();
  try {
    const verdict = await readWindow(reading, window);
    deps.pageSize = { pageCap: verdict.pageCap, longestPage: verdict.longestPage };
    reading.answeredAt = deps.reader.callsMade();
    reading.callsOfWindow = reading.answeredAt - before;
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
export async function goOnSearching(
  { deps, progress, callsOfWindow }: Reading,
  window: ReadWindow,
  { incidents }: ShortPage,
): Promise<void> {
  const { search } = progress.cycle();
  if (search === undefined) return;
  // What brings incidents would have had to be read without a search too.
  // What took several pages was read by passes that have to agree: none took more pages, and one was as long as their mean.
  const pages = Math.floor(callsOfWindow / PASSES) + 1;
  const pageRead = Math.min(search.top, Math.ceil(incidents.length / pages));
  const longestRead = Math.max(search.longestRead, pageRead);
  const readInAll = search.readInAll + incidents.length;
  const spent = { ...search, longestRead, readInAll, calls: search.calls + (incidents.length > 0 ? 0 : 1) };
  const next = progress.isLast(window) ? undefined : afterReadWindow(spent, progress.cycle());
  if (next === undefined) {
    // An empty page of one says nothing of the size that failed: it may have failed for another reason, and that be over.
    const partTop = spent.step === 'smallest' ? await provePartTop(deps.reader, spent.fullTop) : spent.partTop;
    const known = deps.learntTop.current;
    deps.learntTop.current = learntBy({ ...spent, partTop }, deps.table.serviceTime(), known) ?? known;
  }
  progress.update({ search: next });
}

/** Passes what is a gap by itself; the retry of a gap does not. */
export function stepOverFailing({ deps, run, progress }: Reading): void {
  if (run.slot === 'gap') return;
  for (const part of failingParts(deps.session.state().gaps)) {
    const { cursor } = progress.cycle();
    if (part.from <= cursor && cursor < part.to) progress.stepOver(part);
  }
}

const PASSES = 2;

const isUncut = ({ from, to }: ReadWindow, { smallestPart }: SearchContext): boolean =>
  to !== undefined && middleOf({ from, to }, smallestPart) === undefined;
