import type { ObservedIncident } from '../domain/incidents/incident.ts';
import {
  addGap,
  addWithRoom,
  failingParts,
  GAP_REASONS,
  gapOfIncident,
  hasRoom,
  newGap,
  type Gap,
  type GapPart,
} from '../domain/reading/gaps.ts';
import { namelessGaps } from '../domain/reading/nameless.ts';
import type { LearntTop } from '../domain/reading/page-size.ts';
import {
  advance,
  cutBefore,
  noteAnswer,
  widenWindow,
  type InstantProgress,
  type ReadCycle,
  type ReadWindow,
} from '../domain/reading/read-cycle.ts';
import { waitingGaps, wholeSince } from '../domain/reading/what-waits.ts';
import { endCycle, reachWindow, type CycleSlot } from '../domain/tenants/completeness.ts';
import { isReadingAnew } from '../domain/tenants/move-to-source.ts';
import { reconcileSlotAfter } from '../domain/tenants/reconcile-plan.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { minTicks, TICKS_PER_MS, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { storeIncidents } from '../storing/store-incidents.ts';
import type { TenantSession } from '../storing/tenant-session.ts';
import { isStorageFailure } from '../tables/is-storage-failure.ts';
import { readsById, type UnreadableIncident } from './read-incident.ts';
import type { NextLinks } from './read-page.ts';
import { watchNameless } from './retry-nameless.ts';

/** What was learnt, split points above all, is committed by itself after so many calls without a transaction. */
export const CALLS_BEFORE_PROGRESS_COMMIT = 20;

export interface CycleDeps {
  reader: MeteredReader;
  session: TenantSession;
  table: Table;
  log: Log;
  /** Fingerprint → update time of versions known to be stored; shared by all cycles of a poll. */
  known: Map<string, Ticks>;
  /** What the source's page size has turned out to be; shared by all cycles of a poll. */
  pageSize: { pageCap: number | undefined; longestPage: number };
  /** The page size that works where larger ones fail; shared by all cycles of a poll. */
  learntTop: { current: LearntTop | undefined };
  links: NextLinks;
  /** Calls that the poll had made when progress was last committed, whatever cycle it was of. */
  lastCommit: { callsMade: number };
  onStored(count: number): void;
}

/** Where the state row keeps a cycle, and how its incidents are marked in the change log. */
export interface CyclePlace {
  /** `gap`: it is not kept, as a gap is small and read again from its start. */
  slot: CycleSlot;
  isBackfill: boolean;
  /** The gap that is read again. */
  gap?: Gap;
}

/** All of one window, as the source showed it. */
export interface ProvenWindow {
  incidents: readonly ObservedIncident[];
  withoutId: readonly Ticks[];
  visibleUntil: Ticks;
}

export interface FoundGap {
  reason: string;
  /** Later reads step over it until it is due; else they read it like all else. */
  failsByItself: boolean;
  /** It cannot be cut any further. */
  isNarrow?: boolean;
  /** What of it could be read is stored next; else nothing is known of it, and the cursor steps over it. */
  isSeenInPart?: boolean;
  /** Given up: the cursor steps over it at once, though it may not fail by itself. */
  passed?: { from: Ticks; to: Ticks };
}

/** How far a cycle has come, in memory and in the state row. Everything before the cursor is stored before the cursor says so. */
export interface CycleProgress {
  cycle(): ReadCycle;
  update(change: Partial<ReadCycle>): void;
  isLast(window: ReadWindow): boolean;
  /** Stores what is new in the window; progress alone is committed with the next transaction. */
  store(window: ReadWindow, proven: ProvenWindow): Promise<void>;
  /** Stores what is known of the instant at the cursor, and notes with it how much that is; the cursor stays. */
  storePart(instant: InstantProgress, read: ProvenWindow): Promise<void>;
  /** Shows that the window is not wholly known. */
  recordGap(window: { from: Ticks; to: Ticks }, found: FoundGap): Promise<void>;
  /** Shows that one incident is not known as it is now. */
  recordUnreadable(incident: UnreadableIncident): Promise<void>;
  /** What is known to fail by itself, oldest first: it is passed. */
  failingParts(): GapPart[];
  /** Passes a part that is known to fail. */
  stepOver(part: { from: Ticks; to: Ticks }): void;
  /** What this run could not read. Of a gap that is read again they are not committed: they take its place. */
  gaps(): readonly Gap[];
  callsSinceCommit(): number;
  saveProgress(): Promise<void>;
  /** The state at the end of the cycle, for the poll's last commit. */
  complete(state: TenantState): TenantState;
}

export function createProgress(deps: CycleDeps, place: CyclePlace, started: ReadCycle): CycleProgress {
  const { reader, session, table } = deps;
  let cycle = started;
  let reached: { window: ReadWindow; visibleUntil: Ticks } | undefined;
  let gaps: Gap[] = [];
  const nameless = place.slot === 'gap' ? watchNameless(session.state().gaps, started) : undefined;

  /** The state with all that this run has learnt and proven so far. */
  function keep(state: TenantState): TenantState {
    const { pageCap } = deps.pageSize;
    const longestPage = Math.max(state.longestPage, deps.pageSize.longestPage);
    const learnt = { pageCap, longestPage, learntTop: deps.learntTop.current, alertsApart: reader.alertsApart() };
    const kept = withCycle({ ...state, ...learnt }, cycle);
    return reached === undefined ? kept : reachWindow(kept, place.slot, reached.window, reached.visibleUntil);
  }

  function withCycle(state: TenantState, kept: ReadCycle): TenantState {
    if (place.slot === 'live') return { ...state, live: kept, completeFrom: state.completeFrom ?? started.from };
    if (place.slot === 'backfill') return { ...state, backfill: kept };
    if (place.slot === 'gap') return state;
    return { ...state, reconcile: kept, nextReconcileAt: reconcileSlotAfter(state.tenantId, kept.startedAt) };
  }

  const noteCommit = (): void => {
    deps.lastCommit.callsMade = reader.callsMade();
  };

  const isLast = (window: ReadWindow): boolean =>
    window.to === undefined || (cycle.to !== undefined && window.to >= cycle.to);

  async function store(window: ReadWindow, proven: ProvenWindow): Promise<void> {
    const answered = noteAnswer(cycle, proven.visibleUntil);
    const end = window.to ?? proven.visibleUntil;
    const stepped = advance(answered, end);
    await storeAll(window, proven, {
      done: { ...stepped, incidents: cycle.incidents + proven.incidents.length },
      midway: (upTo) => advance(answered, minTicks(end, cutBefore(upTo))),
      finish: (state) => {
        const proof = reachWindow(state, place.slot, window, proven.visibleUntil);
        // A finished cycle must not look like one to be resumed: its end is committed with its last rows.
        return isLast(window) ? endCycle(proof, place.slot) : proof;
      },
      mustCommit: false,
    });
    reached = { window, visibleUntil: proven.visibleUntil };
  }

  async function storePart(instant: InstantProgress, read: ProvenWindow): Promise<void> {
    const answered = noteAnswer(cycle, read.visibleUntil);
    const done = { ...answered, instant };
    const kept = place.slot !== 'gap';
    await storeAll(instant, read, { done, midway: () => answered, finish: (state) => state, mustCommit: kept });
  }

  interface StoredUpTo {
    /** The cycle when all is stored, and while only what was listed before `upTo` is. */
    done: ReadCycle;
    midway(upTo: Ticks): ReadCycle;
    /** What more the state says when all is stored. */
    finish(state: TenantState): TenantState;
    /** It is committed though nothing of it is new. */
    mustCommit: boolean;
  }

  async function storeAll(window: ReadWindow, read: ProvenWindow, upTo: StoredUpTo): Promise<void> {
    const { done, midway, finish, mustCommit } = upTo;
    const committed = { all: false };
    let reachedMidway: ReadCycle | undefined;
    // What another source tells is not late.
    const isLate = place.slot === 'reconcile' && !isReadingAnew(session.state());
    const unknown = namelessGaps(window, read, table.serviceTime());
    const isKept = place.slot === 'gap' || hasRoom(session.state().gaps, unknown);
    const noteGaps = (known: readonly Gap[]): Gap[] =>
      place.slot === 'gap' ? [...known] : unknown.reduce(addWithRoom, [...known]);
    const keepAll = (state: TenantState): TenantState => {
      const kept = withCycle(keep(state), done);
      return finish({ ...kept, gaps: noteGaps(kept.gaps) });
    };
    const move = (state: TenantState, listedBefore: Ticks | undefined): TenantState => {
      if (listedBefore === undefined) return keepAll(state);
      const reachable = midway(listedBefore);
      const part = withCycle(keep(state), reachable);
      const moved = { ...part, gaps: noteGaps(part.gaps) };
      // Where there is no room for its gaps nothing of it is stored, and the cursor stays before it.
      reachedMidway = reachable;
      return moved;
    };
    const written = await storeIncidents(
      { table, session, log: deps.log, ...readsById(reader) },
      {
        onUnreadable: ({ incident, updatedAt, disputedBy = [], missingAlerts }) => {
          const reason = missingAlerts === undefined ? undefined : GAP_REASONS.alerts;
          // It may be dated at any of the times that it was shown with.
          for (const at of [updatedAt, ...disputedBy])
            unknown.push(gapOfIncident(incident.incidentId, at, table.serviceTime(), reason));
        },
        incidents: read.incidents,
        waiting: waitingGaps(session.state().gaps, place.gap, table.serviceTime()),
        wholeSince: wholeSince({ started, cycle, isGap: place.slot === 'gap' }, table.serviceTime()),
        // A gap is read again an hour later at least.
        believesList: place.slot === 'gap',
        isBackfill: place.isBackfill,
        known: deps.known,
        advance: (state, listedBefore, versions) => {
          committed.all = listedBefore === undefined;
          const moved = isKept ? move(state, listedBefore) : keep(state);
          return isLate ? { ...moved, foundLate: moved.foundLate + versions } : moved;
        },
      },
    ).catch((error: unknown) => {
      // What could not be settled any more leaves the parts before it stored, and the cycle as far as they say.
      if (reachedMidway !== undefined && error instanceof AppError && !isStorageFailure(error)) cycle = reachedMidway;
      // The next retry of a gap leaves those to their own gaps: else it would end at the same ones, each time.
      const pending = unknown.filter(({ reason }) => reason === GAP_REASONS.alerts);
      if (place.slot === 'gap') gaps = pending.reduce(addGap, gaps);
      throw error;
    });
    deps.onStored(written);
    if (isLate && written > 0) deps.log('warn', 'found_late', { tenantId: session.state().tenantId, count: written });
    if (read.withoutId.length > 0)
      deps.log('warn', 'incidents_without_id', { tenantId: session.state().tenantId, count: read.withoutId.length });
    // What has an id is stored, and the cursor stays before what has none.
    if (!isKept) noteGaps(session.state().gaps);
    if (!committed.all && (unknown.length > 0 || mustCommit)) {
      await session.commit({ change: keepAll });
      committed.all = true;
    }
    cycle = done;
    gaps = unknown.reduce(addGap, gaps);
    nameless?.note(read);
    if (committed.all) noteCommit();
  }

  function stepOver({ from, to }: { from: Ticks; to: Ticks }): void {
    cycle = advance(cycle, to);
    reached = { window: { from, to }, visibleUntil: to };
  }

  async function keepGap(found: Gap, passed?: { from: Ticks; to: Ticks }): Promise<void> {
    if (place.slot !== 'gap') addWithRoom(session.state().gaps, found);
    if (passed !== undefined) stepOver(passed);
    gaps = addGap(gaps, found);
    if (place.slot !== 'gap')
      await session.commit({ change: (state) => ({ ...keep(state), gaps: addWithRoom(state.gaps, found) }) });
    noteCommit();
    deps.log('warn', 'gap_recorded', { tenantId: session.state().tenantId, reason: found.reason });
  }

  return {
    cycle: () => cycle,
    update: (change) => {
      cycle = { ...cycle, ...change };
    },
    isLast,
    store,
    storePart,
    recordUnreadable: async ({ incidentId, at }) => keepGap(gapOfIncident(incidentId, at, table.serviceTime())),
    recordGap: async ({ from, to }, { reason, failsByItself, isNarrow = false, isSeenInPart = false, passed }) => {
      const now = table.serviceTime();
      if (!failsByItself) return keepGap(newGap(from, to, reason, now), passed);
      // The part that fails may be the one in which the source files an incident, just before the time that it prints.
      const seconds = widenWindow({ from, to }, 's');
      const found = { ...newGap(seconds.from, seconds.to, reason, now), part: { from, to, isNarrow } };
      // Where the calls of one search ended early, the next poll goes on.
      const isWide = !isNarrow && to - from > TICKS_PER_MS;
      await keepGap(isWide ? { ...found, retryAt: now } : found, isSeenInPart ? undefined : { from, to });
    },
    failingParts: () => {
      const { gaps: known } = session.state();
      if (place.slot !== 'gap') return failingParts(known);
      const others = waitingGaps(known, place.gap, table.serviceTime());
      // What may yet be cut is read by whichever gap is due first; what cannot is asked for by its own gap alone.
      return failingParts(nameless === undefined ? others.filter(({ part }) => part?.isNarrow === true) : others);
    },
    stepOver,
    gaps: () => nameless?.restWith(gaps, cycle.cursor, table.serviceTime()) ?? gaps,
    callsSinceCommit: () => reader.callsMade() - deps.lastCommit.callsMade,
    saveProgress: async () => {
      if (place.slot === 'gap' || cycle === started) return;
      await session.commit({ change: keep });
      noteCommit();
    },
    complete: (state) => endCycle(keep(state), place.slot),
  };
}
