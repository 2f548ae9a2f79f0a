import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import { DEFAULT_CALL_LIMITS, type SourceLimits } from '../../../shared/domain/reading/call-budget.ts';
import { startCycle, type ReadCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { msFromTicks, TICKS_PER_MS, TICKS_PER_SECOND } from '../../../shared/domain/values/ticks.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { IncidentPage, IncidentQuery, TenantIncidents } from '../../../shared/ports/incident-source.ts';
import type { CycleRun } from '../../../shared/reading/cycle-reading.ts';
import { runCycle, type CycleEnd } from '../../../shared/reading/run-cycle.ts';
import { meterReader, type MeteredReader } from '../../../shared/sources/metered-reader.ts';
import { openSession, type TenantSession } from '../../../shared/storing/tenant-session.ts';
import { anIncident, seedState, tenantNumber, ticksOf } from '../seed.ts';
import { createMemoryTable, type MemoryTable } from '../tables/memory-table.ts';

const TENANT = tenantNumber(1);
const TOP = 5;
/** Longer than any test waits. */
const DEADLINE_MS = 3_600_000;

/** One tenant in memory: its incidents at the source, its rows, and a clock that moves only when somebody waits. */
export interface ReadingWorld {
  table: MemoryTable;
  /** In ms, one entry for each wait. */
  waits: number[];
  /** What the source was asked for, one entry for each list request. */
  queries: IncidentQuery[];
  add(incidentId: string, updatedAt: string): void;
  /** From now on a list request that it returns an error for fails. */
  failWith(failure: (query: IncidentQuery, request: number) => Error | undefined): void;
  state(): TenantState;
  storedIds(): string[];
  /** A worker's reader, which pays for each call. */
  openReader(
    options?: ReaderOptions,
  ): Promise<{ reader: MeteredReader; session: TenantSession; droppedTokens(): number }>;
  /** Reads from `from` on, or goes on with a cycle, as a worker of its own. */
  read(cycle: string | ReadCycle, maxCalls?: number, more?: Partial<CycleRun>): Promise<CycleEnd>;
}

export interface ReaderOptions {
  limits?: SourceLimits;
  prepaidCalls?: number;
  deadlineMs?: number;
}

export async function startReadingWorld(state: Partial<TenantState> = {}): Promise<ReadingWorld> {
  const table = createMemoryTable();
  const startedAt = table.serviceTime();
  const incidents = new Map<string, ObservedIncident>();
  const [waits, queries]: [number[], IncidentQuery[]] = [[], []];
  let findFailure: Parameters<ReadingWorld['failWith']>[0] = () => undefined;
  await seedState(table, TENANT, { status: 'active', ...state });

  const clock: Clock = {
    nowMs: () => msFromTicks(table.serviceTime()),
    monotonicMs: () => Number((table.serviceTime() - startedAt) / TICKS_PER_MS),
    sleep: async (ms) => {
      waits.push(ms);
      table.advance(Math.ceil(ms / 1_000));
    },
  };

  async function list(query: IncidentQuery): Promise<IncidentPage> {
    queries.push(query);
    const failure = findFailure(query, queries.length);
    if (failure !== undefined) throw failure;
    const found = [...incidents.values()].filter((incident) => isAskedFor(incident, query)).sort(newestFirst);
    const page = found.slice(query.skip ?? 0, (query.skip ?? 0) + query.top);
    return {
      incidents: page,
      withoutId: [],
      count: page.length,
      sourceStatuses: page.length === 0 ? [] : ['Active'],
      nextLink: undefined,
      isPartial: false,
      // Its clock is ahead.
      visibleUntil: table.serviceTime() + 60n * TICKS_PER_SECOND,
    };
  }

  async function openReader({
    limits = DEFAULT_CALL_LIMITS,
    prepaidCalls = 0,
    deadlineMs = DEADLINE_MS,
  }: ReaderOptions = {}) {
    const session = await openSession(table, clock, TENANT);
    if (session === undefined) throw new Error('The state row was just written');
    let dropped = 0;
    const source: TenantIncidents = {
      source: 'defender',
      maxTop: TOP,
      statuses: [],
      list,
      follow: () => Promise.reject(new Error('No page has a link')),
      get: async (incidentId) => incidents.get(incidentId),
      dropToken: () => {
        dropped += 1;
      },
    };
    const reader = meterReader({
      reader: source,
      session,
      table,
      clock,
      limits,
      prepaidCalls,
      hasAnswered: false,
      deadlineMs,
      repeats: createRepeatBudget(),
      random: () => 0.5,
      extendClaim: (busyUntil) => busyUntil,
    });
    return { reader, session, droppedTokens: () => dropped };
  }

  async function read(from: string | ReadCycle, maxCalls = 40, more?: Partial<CycleRun>): Promise<CycleEnd> {
    const { reader, session } = await openReader();
    const cycle = typeof from === 'string' ? startCycle(ticksOf(from), undefined, table.serviceTime()) : from;
    const { pageCap, longestPage, learntTop } = session.state();
    return runCycle(
      {
        reader,
        session,
        table,
        log: () => undefined,
        known: new Map(),
        pageSize: { pageCap, longestPage },
        learntTop: { current: learntTop },
        links: { areFollowed: true, onUseless: () => undefined },
        lastCommit: { callsMade: 0 },
        onStored: () => undefined,
      },
      { slot: 'live', isBackfill: true, cycle, proveCap: false, maxCalls, ...more },
    );
  }

  return {
    table,
    waits,
    queries,
    add: (incidentId, at) => {
      const incident = anIncident(incidentId, at);
      incidents.set(incidentId, { ...observed(incident), updatedAt: ticksOf(at) });
    },
    failWith: (failure) => {
      findFailure = failure;
    },
    state: () => readStateRow(table.rows(shardOf(TENANT)).get(stateKey(TENANT)) ?? {}),
    storedIds: () =>
      [...table.rows(shardOf(TENANT))]
        .filter(([key]) => key.startsWith('I!'))
        .map(([, row]) => String(row['incidentId']))
        .sort(),
    openReader,
    read,
  };
}

function observed(incident: ObservedIncident['incident']): Omit<ObservedIncident, 'updatedAt'> {
  return { incident, alerts: [], timeAssumed: false, contentHash: incident.incidentId, sourceJson: '{}' };
}

function isAskedFor({ updatedAt, incident }: ObservedIncident, query: IncidentQuery): boolean {
  const createdAt = incident.createdTime === null ? updatedAt : ticksOf(incident.createdTime);
  return (
    updatedAt >= query.updatedFrom &&
    (query.updatedTo === undefined || updatedAt < query.updatedTo) &&
    (query.createdFrom === undefined || createdAt >= query.createdFrom) &&
    (query.createdTo === undefined || createdAt < query.createdTo) &&
    (query.status === undefined || query.status === 'Active')
  );
}

const newestFirst = (a: ObservedIncident, b: ObservedIncident): number =>
  a.updatedAt === b.updatedAt ? 0 : a.updatedAt < b.updatedAt ? 1 : -1;
