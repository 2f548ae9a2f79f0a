import type { CycleDeps, CyclePlace, CycleProgress } from './cycle-progress.ts';
import type { ObservedIncident } from './domain/incident.ts';
import type { Density, ReadCycle, ReadWindow } from './domain/read-cycle.ts';
import type { Ticks } from './domain/ticks.ts';
import type { ExpectedIncidents } from './expected-incidents.ts';
import { TOP_IN_HALVES, type FailureSearch } from './failing-window.ts';
import { readPage, type PageVerdict } from './read-page.ts';

export interface CycleRun extends CyclePlace {
  cycle: ReadCycle;
  proveCap: boolean;
  /** Calls that this run may make before it leaves the rest to the next. */
  maxCalls: number;
  /** The first run of a front cycle may end with its first full page, so that the caller can part it in two. */
  stopAtFullPage?: boolean;
  /** Compares a window that is wholly known with what is stored, and answers up to where; the rest is read again. */
  compareStored?(
    window: ReadWindow,
    incidents: readonly ObservedIncident[],
    callsLeft: number,
  ): Promise<Ticks | undefined>;
}

/** One run of a cycle under way. */
export interface Reading {
  deps: CycleDeps;
  run: CycleRun;
  progress: CycleProgress;
  expected: ExpectedIncidents;
  density: Density;
  /** Set while the part of a window is looked for that makes the source fail. */
  search: FailureSearch | undefined;
  /** Calls that this run may still make. */
  callsLeft(): number;
}

/** Asks for one window and notes what it cost. */
export async function readWindow({ deps, run, progress, search }: Reading, window: ReadWindow): Promise<PageVerdict> {
  const { unit } = progress.cycle();
  const before = deps.reader.callsMade();
  const verdict = await readPage(search === undefined ? deps.reader : deps.reader.withoutRepeats(), {
    window,
    unit,
    top: Math.min(search?.top ?? deps.reader.maxTop, deps.reader.maxTop),
    ...deps.pageSize,
    proveCap: run.proveCap,
  });
  progress.update({ calls: progress.cycle().calls + deps.reader.callsMade() - before, unit: verdict.unit });
  return verdict;
}

/** The search ends with the window that failed first; before that, the next part of it is read. */
export function leaveSearch(reading: Reading): void {
  const { search } = reading;
  if (search === undefined) return;
  const isOver = reading.progress.cycle().cursor >= search.until;
  reading.search = isOver
    ? undefined
    : { ...search, top: Math.max(search.top, TOP_IN_HALVES), gap: undefined, window: undefined };
}
