import { createProgress, type CycleDeps, type CycleProgress } from './cycle-progress.ts';
import { leaveSearch, readWindow, type CycleRun, type Reading } from './cycle-reading.ts';
import type { Gap } from './domain/gaps.ts';
import {
  coarserUnit,
  densityOfShortPage,
  nextWindow,
  ventureWindow,
  type ReadCycle,
  type ReadWindow,
} from './domain/read-cycle.ts';
import type { TenantState } from './domain/tenant-state.ts';
import type { Ticks } from './domain/ticks.ts';
import { AppError } from './errors.ts';
import { expectIncidents } from './expected-incidents.ts';
import { searchFailure, startSearch } from './failing-window.ts';
import { splitOrReadInstant } from './read-full-window.ts';
import type { PageVerdict, ShortPage } from './read-page.ts';

export type CycleEnd =
  /** `gaps`: what could not be read. The last progress may be uncommitted: `apply` it. */
  | { kind: 'complete'; cycle: ReadCycle; gaps: readonly Gap[]; apply(state: TenantState): TenantState }
  | { kind: 'interrupted'; cycle: ReadCycle; gaps: readonly Gap[] }
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
  const fresh = { expected: expectIncidents(), density: undefined, search: undefined };
  const reading: Reading = { deps, run, progress, ...fresh, callsLeft };
  try {
    return await readOn(reading);
  } catch (error) {
    // What was learnt is kept, so that the next run does not learn it again.
    if (error instanceof AppError && !STORAGE_FAILURES.includes(error.code)) await progress.saveProgress();
    throw error;
  }
}

async function readOn(reading: Reading): Promise<CycleEnd> {
  const { run, progress } = reading;
  while (reading.callsLeft() > 0) {
    if (progress.callsSinceCommit() >= CALLS_BEFORE_PROGRESS_COMMIT) await progress.saveProgress();
    const window = chooseWindow(reading);
    const verdict = await readOrSearch(reading, window);
    if (verdict?.kind === 'full' && run.stopAtFullPage === true)
      return {
        kind: 'full-page',
        cycle: progress.cycle(),
        pageCap: verdict.pageCap,
        visibleUntil: verdict.visibleUntil,
      };
    const proven = verdict?.kind === 'full' ? await splitOrReadInstant(reading, window, verdict) : verdict;
    if (proven !== undefined) await storeProven(reading, window, proven);
    if (isAtEnd(progress, window, proven !== undefined))
      return { kind: 'complete', cycle: progress.cycle(), gaps: progress.gaps(), apply: progress.complete };
  }
  await progress.saveProgress();
  return { kind: 'interrupted', cycle: progress.cycle(), gaps: progress.gaps() };
}

function isAtEnd(progress: CycleProgress, window: ReadWindow, isStored: boolean): boolean {
  const { cursor, to } = progress.cycle();
  return to === undefined ? isStored && window.to === undefined : cursor >= to;
}

function chooseWindow({ deps, progress, density, search }: Reading): ReadWindow {
  const plain = nextWindow(progress.cycle());
  if (search !== undefined) return search.window ?? plain;
  return ventureWindow(progress.cycle(), plain, density, deps.table.serviceTime());
}

/** The window's verdict, or `undefined` when it could not be read and the search goes on elsewhere. */
async function readOrSearch(reading: Reading, window: ReadWindow): Promise<PageVerdict | undefined> {
  const { deps, progress } = reading;
  try {
    const verdict = await readWindow(reading, window);
    deps.pageSize = { pageCap: verdict.pageCap, longestPage: verdict.longestPage };
    return verdict;
  } catch (error) {
    const now = deps.table.serviceTime();
    const search = await searchFailure(
      deps,
      reading.search ?? startSearch(window, deps.session.state(), now),
      window,
      error,
    );
    reading.search = search;
    if (search.gap !== undefined) {
      if (!progress.hasRoomForGap()) throw error;
      await progress.recordGap(search.gap, search.reason, true);
      leaveSearch(reading);
    }
    return undefined;
  }
}

/** Stores a window that is wholly known, unless it hides what an earlier page has shown: then it is read more coarsely. */
async function storeProven(reading: Reading, window: ReadWindow, proven: ShortPage): Promise<void> {
  const { deps, progress, expected } = reading;
  const hidden = await expected.findHidden(deps.reader, window, proven);
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
    return storeProven(reading, window, await readAgain(reading, window, proven));
  }
  reading.density = densityOfShortPage(proven.incidents.length, window);
  await storeCompared(reading, window, { ...proven, incidents: [...proven.incidents, ...hidden] });
  leaveSearch(reading);
}

/** Stores the window, or its older part when that is all that could be compared with what is stored. */
async function storeCompared({ run, progress, callsLeft }: Reading, window: ReadWindow, proven: ShortPage) {
  const to = run.compareStored ? await run.compareStored(window, proven.incidents, callsLeft()) : window.to;
  const isPart = to !== undefined && to !== window.to;
  const incidents = isPart ? proven.incidents.filter(({ updatedAt }) => updatedAt < to) : proven.incidents;
  await progress.store(isPart ? { ...window, to } : window, { ...proven, incidents });
}

/** The same window in coarser units. One that is full now keeps what was proven; what it hid is then stored by id. */
async function readAgain(reading: Reading, window: ReadWindow, proven: ShortPage): Promise<ShortPage> {
  const verdict = await readWindow(reading, window);
  return verdict.kind === 'proven' ? verdict : { ...proven, unit: verdict.unit };
}
