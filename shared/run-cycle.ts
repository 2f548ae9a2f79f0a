import type { TenantSession } from './commit.ts';
import { endCycle, reachWindow, type CycleSlot } from './domain/completeness.ts';
import { addGap, MAX_GAPS, newGap } from './domain/gaps.ts';
import type { ObservedIncident } from './domain/incident.ts';
import {
  addBounds,
  advance,
  coarserUnit,
  densityOfFullPage,
  densityOfShortPage,
  nextWindow,
  noteAnswer,
  splitPoints,
  ventureWindow,
  type Density,
  type ReadCycle,
  type ReadWindow,
} from './domain/read-cycle.ts';
import type { TenantState } from './domain/tenant-state.ts';
import type { Ticks } from './domain/ticks.ts';
import { AppError } from './errors.ts';
import { expectIncidents } from './expected-incidents.ts';
import { searchFailure, startSearch, type FailureSearch } from './failing-window.ts';
import type { MeteredReader } from './metered-reader.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';
import { readInstant } from './read-instant.ts';
import { readPage, type PageVerdict } from './read-page.ts';
import { storeIncidents } from './store-incidents.ts';

export interface CycleDeps {
  reader: MeteredReader;
  session: TenantSession;
  table: Table;
  log: Log;
  /** Fingerprint → update time of versions known to be stored; shared by all cycles of a poll. */
  known: Map<string, Ticks>;
  onStored(count: number): void;
}

export interface CycleRun {
  cycle: ReadCycle;
  /** Where the state row keeps the cycle; `gap`: it is not kept, as a gap is small and read again from its start. */
  slot: CycleSlot;
  isBackfill: boolean;
  proveCap: boolean;
  /** Calls that this run may make before it leaves the rest to the next. */
  maxCalls: number;
  /** The first run of a front cycle may end with its first full page, so that the caller can part it in two. */
  stopAtFullPage?: boolean;
}

interface Proven {
  incidents: ObservedIncident[];
  withoutId: Ticks[];
  visibleUntil: Ticks;
}

export type CycleEnd =
  /** `gaps`: how many parts had to be stepped over. The last progress may be uncommitted: `apply` it. */
  | { kind: 'complete'; cycle: ReadCycle; gaps: number; apply(state: TenantState): TenantState }
  | { kind: 'interrupted'; cycle: ReadCycle }
  | { kind: 'full-page'; cycle: ReadCycle; pageCap: number | undefined; visibleUntil: Ticks };

/** Split points are committed by themselves after so many calls without a transaction. */
const CALLS_BEFORE_PROGRESS_COMMIT = 20;

/** Reads a cycle's windows oldest first and stores each before the next is read, until it is complete or out of calls. */
export async function runCycle(deps: CycleDeps, run: CycleRun): Promise<CycleEnd> {
  const reading = startReading(deps, run);
  try {
    return await reading.readOn();
  } catch (error) {
    // What was learnt is kept, so that the next run does not learn it again; when storage is the trouble, it is lost harmlessly.
    if (error instanceof AppError && !STORAGE_FAILURES.includes(error.code)) await reading.saveProgress();
    throw error;
  }
}

const STORAGE_FAILURES = [
  'tenant-taken',
  'tenant-gone',
  'storage-unclear',
  'storage-refused',
  'row-exists',
  'row-missing',
];

interface Reading {
  readOn(): Promise<CycleEnd>;
  saveProgress(): Promise<void>;
}

function startReading(deps: CycleDeps, run: CycleRun): Reading {
  const { reader, session, table } = deps;
  const startedWith = reader.callsMade();
  let cycle = run.cycle;
  let { pageCap, provenPage } = session.state();
  let density: Density;
  let search: FailureSearch | undefined;
  let callsAtCommit = reader.callsMade();
  let gaps = 0;
  const expected = expectIncidents();

  let reached: { window: ReadWindow; visibleUntil: Ticks } | undefined;

  /** The state with all that this run has learnt and proven so far. */
  function keep(state: TenantState): TenantState {
    const kept = withCycle({ ...state, pageCap, provenPage }, run, cycle);
    return reached === undefined ? kept : reachWindow(kept, run.slot, reached.window, reached.visibleUntil);
  }

  const complete = (state: TenantState): TenantState => endCycle(keep(state), run.slot);
  const isLast = (window: ReadWindow): boolean =>
    window.to === undefined || (cycle.to !== undefined && window.to >= cycle.to);

  async function saveProgress(): Promise<void> {
    if (run.slot === 'gap' || cycle === run.cycle) return;
    await session.commit({ change: keep });
    callsAtCommit = reader.callsMade();
  }

  async function store(window: ReadWindow, proven: Proven): Promise<void> {
    const start = noteAnswer(cycle, proven.visibleUntil);
    const end = noteAnswer(advance(cycle, window.to ?? proven.visibleUntil), proven.visibleUntil);
    const done: ReadCycle = { ...end, incidents: end.incidents + proven.incidents.length };
    let isCommitted = false;
    const finish = (state: TenantState): TenantState => {
      const named = addNameless(withCycle(keep(state), run, done), proven.withoutId, table.serviceTime());
      const proof = reachWindow(named, run.slot, window, proven.visibleUntil);
      // A finished cycle must not look like one to be resumed: its end is committed with its last rows.
      return isLast(window) ? endCycle(proof, run.slot) : proof;
    };
    const written = await storeIncidents(
      { table, session, log: deps.log, readById: (incidentId) => reader.get(incidentId) },
      {
        incidents: proven.incidents,
        isBackfill: run.isBackfill,
        known: deps.known,
        advance: (state, upTo) => {
          isCommitted = upTo === undefined;
          return upTo === undefined ? finish(state) : withCycle(keep(state), run, advance(start, upTo));
        },
      },
    );
    deps.onStored(written);
    // Nothing new is no reason for a transaction: the next one, at the latest the poll's last, carries the progress.
    gaps += proven.withoutId.length;
    if (!isCommitted && proven.withoutId.length > 0) await session.commit({ change: finish });
    cycle = done;
    reached = { window, visibleUntil: proven.visibleUntil };
    if (isCommitted) callsAtCommit = reader.callsMade();
  }

  /** Steps over what cannot be read; everything around it goes on, and the gap is shown beside every complete point. */
  async function recordGap({ from, to }: { from: Ticks; to: Ticks }, reason: string): Promise<void> {
    const now = table.serviceTime();
    cycle = advance(cycle, to);
    reached = { window: { from, to }, visibleUntil: to };
    await session.commit({
      change: (state) => ({ ...keep(state), gaps: addGap(state.gaps, newGap(from, to, reason, now)) }),
    });
    gaps += 1;
    deps.log('warn', 'gap_recorded', { tenantId: session.state().tenantId, reason });
  }

  async function readWindow(window: ReadWindow): Promise<PageVerdict> {
    const before = reader.callsMade();
    const verdict = await readPage(search === undefined ? reader : reader.withoutRepeats(), {
      window,
      unit: cycle.unit,
      top: search?.top ?? reader.maxTop,
      pageCap,
      provenPage,
      proveCap: run.proveCap,
    });
    cycle = { ...cycle, calls: cycle.calls + reader.callsMade() - before, unit: verdict.unit };
    return verdict;
  }

  async function readOn(): Promise<CycleEnd> {
    for (;;) {
      if (reader.callsMade() - startedWith >= run.maxCalls) {
        await saveProgress();
        return { kind: 'interrupted', cycle };
      }
      if (reader.callsMade() - callsAtCommit >= CALLS_BEFORE_PROGRESS_COMMIT) await saveProgress();
      const plain = nextWindow(cycle);
      const window =
        search === undefined ? ventureWindow(cycle, plain, density, table.serviceTime()) : (search.window ?? plain);

      let verdict: PageVerdict;
      try {
        verdict = await readWindow(window);
      } catch (error) {
        search = await searchFailure(
          deps,
          search ?? startSearch(window, session.state(), table.serviceTime()),
          window,
          error,
        );
        if (search.gap !== undefined) {
          if (session.state().gaps.length >= MAX_GAPS) throw error;
          await recordGap(search.gap, search.reason);
          search = cycle.cursor >= search.until ? undefined : { ...search, gap: undefined, window: undefined };
          if (cycle.to !== undefined && cycle.cursor >= cycle.to)
            return { kind: 'complete', cycle, gaps, apply: complete };
        }
        continue;
      }
      pageCap = verdict.pageCap;

      if (verdict.kind === 'full') {
        if (run.stopAtFullPage === true)
          return { kind: 'full-page', cycle, pageCap, visibleUntil: verdict.visibleUntil };
        expected.add(verdict.incidents);
        const times = verdict.incidents.map(({ updatedAt }) => updatedAt);
        const points = splitPoints(times, window, verdict.unit);
        if (points.length === 0 && search !== undefined) {
          await recordGap({ from: window.from, to: window.to ?? table.serviceTime() }, search.reason);
          search = { ...search, window: undefined };
          continue;
        }
        if (points.length > 0) {
          density = densityOfFullPage(times, window, verdict.visibleUntil);
          cycle = { ...cycle, bounds: addBounds(cycle.bounds, points) };
          if (search !== undefined) search = { ...search, window: undefined };
          continue;
        }
        const before = reader.callsMade();
        const instant = await readInstant(
          reader,
          window,
          Math.min(reader.maxTop, pageCap ?? reader.maxTop),
          verdict.page,
        );
        cycle = { ...cycle, calls: cycle.calls + reader.callsMade() - before };
        if (!instant.isComplete) {
          gaps += 1;
          const now = table.serviceTime();
          await session.commit({
            change: (state) => ({
              ...keep(state),
              gaps: addGap(
                state.gaps,
                newGap(window.from, window.to ?? window.from + 1n, 'instant-cannot-be-paged', now),
              ),
            }),
          });
        }
        verdict = { kind: 'proven', ...instant, unit: cycle.unit, pageCap, provenPage };
      }

      const hidden = await expected.findHidden(reader, window, verdict);
      if (hidden.length > 0) {
        const unit = coarserUnit(cycle.unit);
        deps.log('warn', 'listing_hid_incidents', {
          tenantId: session.state().tenantId,
          count: hidden.length,
          unit: cycle.unit,
        });
        if (unit !== undefined) {
          expected.add(hidden);
          cycle = { ...cycle, unit };
          continue;
        }
      }
      provenPage = Math.max(provenPage, verdict.provenPage);
      density = densityOfShortPage(verdict.incidents.length, window);
      await store(window, { ...verdict, incidents: [...verdict.incidents, ...hidden] });
      if (search !== undefined && cycle.cursor >= search.until) search = undefined;
      else if (search !== undefined) search = { ...search, window: undefined };
      if (isLast(window)) return { kind: 'complete', cycle, gaps, apply: complete };
    }
  }

  return { readOn, saveProgress };
}

function withCycle(state: TenantState, { slot, cycle: { from } }: CycleRun, cycle: ReadCycle): TenantState {
  if (slot === 'live') return { ...state, live: cycle, completeFrom: state.completeFrom ?? from };
  return slot === 'backfill' ? { ...state, backfill: cycle } : state;
}

function addNameless(state: TenantState, times: readonly Ticks[], now: Ticks): TenantState {
  const gaps = times.reduce(
    (known, at) => (known.length >= MAX_GAPS ? known : addGap(known, newGap(at, at + 1n, 'incident-without-id', now))),
    state.gaps,
  );
  return { ...state, gaps };
}
