import { createProgress, type CycleDeps, type CycleProgress } from './cycle-progress.ts';
import { chooseWindow, readWindow, topOf, type CycleRun, type Reading } from './cycle-reading.ts';
import { failingParts, type Gap } from './domain/gaps.ts';
import {
  coarserUnit,
  densityOfShortPage,
  middleOf,
  type ReadCycle,
  type ReadWindow,
  type WindowSearch,
} from './domain/read-cycle.ts';
import type { TenantState } from './domain/tenant-state.ts';
import type { Ticks } from './domain/ticks.ts';
import { afterFullPage, afterGap, afterReadWindow, learntBy } from './domain/window-search.ts';
import { AppError } from './errors.ts';
import { expectIncidents } from './expected-incidents.ts';
import { beginSearch, continueSearch, isWindowFailure, searchContext, type FailedWindow } from './failing-window.ts';
import { splitOrReadInstant } from './read-full-window.ts';
import type { FullPage, PageVerdict, ShortPage } from './read-page.ts';
import { codeOf } from './traced.ts';

export type CycleEnd =
  /** `gaps`: what could not be read. The last progress may be uncommitted: `apply` it. */
  | { kind: 'complete'; cycle: ReadCycle; gaps: readonly Gap[]; apply(state: TenantState): TenantState }
  | { kind: 'interrupted'; cycle: ReadCycle; gaps: readonly Gap[] }
  /** Its first window takes more than one page, or fails. */
  | { kind: 'full-page'; cycle: ReadCycle; pageCap: number | undefined; visibleUntil: Ticks };

/** Split points are committed by themselves after so many calls without a transaction. */
const CALLS_BEFORE_PROGRESS_COMMIT = 20;

/** After these the state row is not ours to write, or cannot be written. */
const STORAGE_FAILURES = [
  'tenant-taken',
  'tenant-gone',
  'storage-unclear',
  'storage-refused',
  'storage-not-prepared',
  'row-exists',
  'row-missing',
];

/** Reads a cycle's windows oldest first and stores each before the next is read, until it is complete or out of calls. */
export async function runCycle(deps: CycleDeps, run: CycleRun): Promise<CycleEnd> {
  const progress = createProgress(deps, run, run.cycle);
  const startedWith = deps.reader.callsMade();
  const callsLeft = (): number => run.maxCalls - (deps.reader.callsMade() - startedWith);
  const reading: Reading = { deps, run, progress, expected: expectIncidents(), density: undefined, callsLeft };
  try {
    return await readOn(reading);
  } catch (error) {
    // What was learnt is kept, so that the next run does not learn it again.
    if (error instanceof AppError && !STORAGE_FAILURES.includes(error.code)) await progress.saveProgress();
    throw error;
  }
}

async function readOn(reading: Reading): Promise<CycleEnd> {
  const { deps, progress } = reading;
  while (reading.callsLeft() > 0) {
    if (progress.callsSinceCommit() >= CALLS_BEFORE_PROGRESS_COMMIT) await progress.saveProgress();
    if (stepOverFailing(reading))
      return { kind: 'complete', cycle: progress.cycle(), gaps: progress.gaps(), apply: progress.complete };
    const window = chooseWindow(reading);
    const verdict = await readOrSearch(reading, window);
    const { pageCap } = deps.pageSize;
    if (verdict.kind === 'parted' || (verdict.kind === 'full' && mayPart(reading)))
      return { kind: 'full-page', cycle: progress.cycle(), pageCap, visibleUntil: verdict.visibleUntil };
    const isStored = await storeWhatIsWhole(reading, window, verdict);
    if (isAtEnd(progress, window, isStored))
      return { kind: 'complete', cycle: progress.cycle(), gaps: progress.gaps(), apply: progress.complete };
  }
  await progress.saveProgress();
  return { kind: 'interrupted', cycle: progress.cycle(), gaps: progress.gaps() };
}

/** What is newest must not wait for what is old, unless a search is under way: it would have to begin anew. */
const mayPart = ({ run, progress }: Reading): boolean =>
  run.stopAtFullPage === true && progress.cycle().search === undefined;

/** Passes what is a gap by itself; `true`: that was the end of the cycle. */
function stepOverFailing({ deps, run, progress }: Reading): boolean {
  if (run.slot === 'gap') return false;
  for (const part of failingParts(deps.session.state().gaps)) {
    const { cursor } = progress.cycle();
    if (part.from <= cursor && cursor < part.to) progress.stepOver(part);
  }
  const { cursor, to } = progress.cycle();
  return to !== undefined && cursor >= to;
}

function isAtEnd(progress: CycleProgress, window: ReadWindow, isStored: boolean): boolean {
  const { cursor, to } = progress.cycle();
  return to === undefined ? isStored && window.to === undefined : cursor >= to;
}

/** A window that fails: the search for what makes it fail has its next step, or the caller is to part the cycle first. */
type WindowVerdict = PageVerdict | { kind: 'failing' } | { kind: 'parted'; visibleUntil: Ticks };

async function readOrSearch(reading: Reading, window: ReadWindow): Promise<WindowVerdict> {
  const { deps } = reading;
  const top = topOf(reading);
  const before = deps.reader.callsMade();
  try {
    const verdict = await readWindow(reading, window);
    deps.pageSize = { pageCap: verdict.pageCap, longestPage: verdict.longestPage };
    return verdict;
  } catch (error) {
    return await searchOn(reading, { window, top, run: reading.run, error }, deps.reader.callsMade() - before);
  }
}

async function searchOn(reading: Reading, failed: FailedWindow, calls: number): Promise<WindowVerdict> {
  const { deps, run, progress } = reading;
  const { search } = progress.cycle();
  if (search === undefined) {
    const begun = await beginSearch(deps.reader, failed);
    if (mayPart(reading)) return { kind: 'parted', visibleUntil: deps.reader.serviceTime() };
    progress.update({ search: begun });
    return { kind: 'failing' };
  }
  const spent = { ...search, calls: search.calls + calls };
  const next = await continueSearch(deps.reader, spent, failed, searchContext(progress.cycle(), run));
  if (next === undefined) await recordFailingPart(reading, spent, failed);
  else progress.update({ search: next });
  return { kind: 'failing' };
}

async function recordFailingPart(reading: Reading, search: WindowSearch, failed: FailedWindow): Promise<void> {
  const { progress } = reading;
  if (!progress.hasRoomForGap()) throw failed.error;
  const to = failed.window.to ?? search.until;
  const part = { from: failed.window.from, to };
  const isNarrow = middleOf(part, searchContext(progress.cycle(), reading.run).smallestPart) === undefined;
  await progress.recordGap(part, { reason: codeOf(failed.error), failsByItself: true, isNarrow });
  progress.update({ search: afterGap(search, progress.cycle()) });
}

/** Stores the window when all of it is known; a full one is cut first. Returns whether its end was reached. */
async function storeWhatIsWhole(reading: Reading, window: ReadWindow, verdict: WindowVerdict): Promise<boolean> {
  if (verdict.kind === 'failing' || verdict.kind === 'parted') return false;
  const proven = verdict.kind === 'full' ? await cutFullPage(reading, window, verdict) : verdict;
  if (proven === undefined) return false;
  await storeProven(reading, window, proven);
  return true;
}

async function cutFullPage(reading: Reading, window: ReadWindow, full: FullPage): Promise<ShortPage | undefined> {
  const { progress } = reading;
  const { search } = progress.cycle();
  if (search !== undefined) progress.update({ search: afterFullPage(search) });
  // A page of one was asked for to learn about sizes: the same window comes again with a larger one.
  if (search?.step === 'smallest') return undefined;
  return splitOrReadInstant(reading, window, full);
}

/** Stores a window that is wholly known, unless it hides what an earlier page has shown: then it is read more coarsely. */
async function storeProven(reading: Reading, window: ReadWindow, proven: ShortPage): Promise<void> {
  const { deps, progress, expected } = reading;
  const { hidden, movedBack, unreadable } = await expected.findMissed(deps.reader, window, proven);
  for (const incident of unreadable) await progress.recordUnreadable(incident);
  const unit = coarserUnit(progress.cycle().unit);
  if (hidden.length > 0)
    deps.log('warn', 'listing_hid_incidents', {
      tenantId: deps.session.state().tenantId,
      count: hidden.length,
      unit: progress.cycle().unit,
    });
  if (hidden.length > 0 && unit !== undefined) {
    expected.add(hidden);
    progress.update({ unit });
    const again = await readAgain(reading, window, proven);
    return storeProven(reading, window, { ...again, incidents: [...again.incidents, ...movedBack] });
  }
  reading.density = densityOfShortPage(proven.incidents.length, window);
  await storeCompared(reading, window, { ...proven, incidents: [...proven.incidents, ...hidden, ...movedBack] });
  goOnSearching(reading, window, proven);
}

/** A window was read whole: the search has come further, or to its end. */
function goOnSearching({ deps, progress }: Reading, window: ReadWindow, { incidents }: ShortPage): void {
  const { search } = progress.cycle();
  if (search === undefined) return;
  // What brings incidents would have had to be read without a search too.
  const spent = incidents.length > 0 ? search : { ...search, calls: search.calls + 1 };
  const next = progress.isLast(window) ? undefined : afterReadWindow(spent, progress.cycle());
  if (next === undefined) deps.learntTop.current = learntBy(search, deps.table.serviceTime()) ?? deps.learntTop.current;
  progress.update({ search: next });
}

/** Stores the window, or its older part when that is all that could be compared with what is stored. */
async function storeCompared({ run, progress, callsLeft }: Reading, window: ReadWindow, proven: ShortPage) {
  const to = run.compareStored ? await run.compareStored(window, proven.incidents, callsLeft()) : window.to;
  const isPart = to !== undefined && to !== window.to;
  const incidents = isPart ? proven.incidents.filter(({ updatedAt }) => updatedAt < to) : proven.incidents;
  await progress.store(isPart ? { ...window, to } : window, { ...proven, incidents });
}

/** The same window in coarser units. One that is full now, or fails, keeps what was proven; what it hid is then stored by id. */
async function readAgain(reading: Reading, window: ReadWindow, proven: ShortPage): Promise<ShortPage> {
  try {
    const verdict = await readWindow(reading, window);
    return verdict.kind === 'proven' ? verdict : { ...proven, unit: verdict.unit };
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    return { ...proven, unit: reading.progress.cycle().unit };
  }
}
