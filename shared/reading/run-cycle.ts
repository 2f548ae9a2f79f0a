import type { Gap } from '../domain/reading/gaps.ts';
import { coarserUnit, densityOfShortPage, type ReadCycle, type ReadWindow } from '../domain/reading/read-cycle.ts';
import { resumeSearch } from '../domain/reading/window-search.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import { isWindowFailure } from '../sources/window-failure.ts';
import { isStorageFailure } from '../tables/is-storage-failure.ts';
import { CALLS_BEFORE_PROGRESS_COMMIT, createProgress, type CycleDeps, type CycleProgress } from './cycle-progress.ts';
import { chooseWindow, knownBefore, noteFill, readWindow, type CycleRun, type Reading } from './cycle-reading.ts';
import { splitOrReadInstant } from './read-full-window.ts';
import { expectIncidents } from './read-incident.ts';
import type { FullPage, PageVerdict, ShortPage } from './read-page.ts';
import {
  goOnSearching,
  learnFromSmallest,
  learnTop,
  proveAndRecord,
  readOrSearch,
  stepOverFailing,
} from './search-window.ts';

export type CycleEnd =
  /** `gaps`: what could not be read. The last progress may be uncommitted: `apply` it. */
  | { kind: 'complete'; cycle: ReadCycle; gaps: readonly Gap[]; apply(state: TenantState): TenantState }
  /** `isOutOfTime`: no call is left to this turn; only a gap ends so, all else throws. */
  | { kind: 'interrupted'; cycle: ReadCycle; gaps: readonly Gap[]; isOutOfTime?: boolean }
  /** Its first window takes more than one page, or fails. */
  | { kind: 'full-page'; cycle: ReadCycle; pageCap: number | undefined; visibleUntil: Ticks };

/** Reads a cycle's windows oldest first and stores each before the next is read, until it is complete or out of calls. */
export async function runCycle(deps: CycleDeps, run: CycleRun): Promise<CycleEnd> {
  const progress = createProgress(deps, run, { ...run.cycle, search: resumeSearch(run.cycle) });
  const startedWith = deps.reader.callsMade();
  const callsLeft = (): number => run.maxCalls - (deps.reader.callsMade() - startedWith);
  const reading: Reading = {
    deps,
    run,
    progress,
    expected: expectIncidents(),
    density: undefined,
    sparseWindows: 0,
    answeredAt: -1,
    clearedTo: undefined,
    callsLeft,
  };
  try {
    return await readOn(reading);
  } catch (error) {
    // What was learnt is kept, so that the next run does not learn it again.
    if (error instanceof AppError && !isStorageFailure(error)) await progress.saveProgress();
    // What is left of a gap is for its caller to keep.
    if (run.slot === 'gap' && hasCode(error, 'budget-spent'))
      return { kind: 'interrupted', cycle: progress.cycle(), gaps: progress.gaps(), isOutOfTime: true };
    throw error;
  }
}

async function readOn(reading: Reading): Promise<CycleEnd> {
  const { deps, run, progress } = reading;
  while (reading.callsLeft() > 0) {
    if (progress.callsSinceCommit() >= CALLS_BEFORE_PROGRESS_COMMIT) await progress.saveProgress();
    stepOverFailing(reading);
    if (isPastEnd(progress))
      return { kind: 'complete', cycle: progress.cycle(), gaps: progress.gaps(), apply: progress.complete };
    const isNew = isSuspect(progress.cycle());
    if (await proveAndRecord(reading)) continue;
    if (isNew && run.stopAtFullPage === true) return partedBy(reading, deps.table.serviceTime());
    const window = chooseWindow(reading);
    const verdict = await readOrSearch(reading, window);
    if (verdict?.kind === 'full' && mayPart(reading)) return partedBy(reading, verdict.visibleUntil);
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

/** The caller parts the cycle. */
function partedBy({ deps, progress }: Reading, visibleUntil: Ticks): CycleEnd {
  return { kind: 'full-page', cycle: progress.cycle(), pageCap: deps.pageSize.pageCap, visibleUntil };
}

/** Its first window has failed, and nothing more is known. */
const isSuspect = ({ search }: ReadCycle): boolean => search?.step === 'confirm' && search.isUnproven;

/** What lay before its end is stored, or a gap. */
function isPastEnd(progress: CycleProgress): boolean {
  const { cursor, to } = progress.cycle();
  return to !== undefined && cursor >= to;
}

function isAtEnd(progress: CycleProgress, window: ReadWindow, isStored: boolean): boolean {
  const { cursor, to } = progress.cycle();
  return to === undefined ? isStored && window.to === undefined : cursor >= to;
}

/** Stores the window when all of it is known; a full one is cut first. Returns whether its end was reached. */
async function storeWhatIsWhole(
  reading: Reading,
  window: ReadWindow,
  verdict: PageVerdict | undefined,
): Promise<boolean> {
  const proven = verdict?.kind === 'full' ? await cutFullPage(reading, window, verdict) : verdict;
  if (proven === undefined) return false;
  await storeProven(reading, window, proven);
  return true;
}

async function cutFullPage(reading: Reading, window: ReadWindow, full: FullPage): Promise<ShortPage | undefined> {
  const { search } = reading.progress.cycle();
  // A page of one was asked for to learn about sizes: the same window comes again, with a larger one or in parts.
  if (search?.step === 'smallest') return learnFromSmallest(reading, search, window);
  if (search?.step === 'confirm') reading.progress.update({ search: undefined });
  reading.sparseWindows = 0;
  return splitOrReadInstant(reading, window, full);
}

/**
 * Stores a window that is wholly known, unless it hides what an earlier page has shown: then it is read more coarsely. Where that
 * does not help, how finely the source compares times is not to blame, and it is asked as finely as before.
 */
async function storeProven(
  reading: Reading,
  window: ReadWindow,
  proven: ShortPage,
  unitBefore = reading.progress.cycle().unit,
): Promise<void> {
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
    return storeProven(reading, window, { ...again, incidents: [...again.incidents, ...movedBack] }, unitBefore);
  }
  if (hidden.length > 0) progress.update({ unit: unitBefore });
  reading.density = densityOfShortPage(proven.incidents.length, window);
  const beside = [...hidden, ...movedBack, ...(await learnTop(reading, window, proven))];
  await storeCompared(reading, window, { ...proven, incidents: [...proven.incidents, ...beside] });
  goOnSearching(reading, window, proven.incidents.length);
  noteFill(reading, window, proven.incidents.length);
}

/** Stores what the window has shown, and passes it, or its older part when that is all that could be compared with what is stored. */
async function storeCompared(reading: Reading, window: ReadWindow, proven: ShortPage) {
  const { run, progress, callsLeft } = reading;
  const { incidents: shown } = proven;
  const known = { window, incidents: shown, knownBefore: knownBefore(reading, window), callsLeft: callsLeft() };
  const to = run.compareStored ? await run.compareStored(known) : window.to;
  // What was shown behind the part is stored too: the poll's other commits claim times of which this run knows better.
  await progress.store({ ...window, to }, proven);
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
