import type { SourceStage } from '../domain/collection/source-state.ts';
import type { SourceName } from '../domain/incidents/incident.ts';
import type { RepeatBudget } from '../domain/reading/repeat-budget.ts';
import type { Standby, TenantState } from '../domain/tenants/tenant-state.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentSource } from '../ports/incident-source.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import type { Span } from '../ports/telemetry.ts';
import type { CycleDeps } from '../reading/cycle-progress.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import type { WatchedSource } from '../sources/watch-source.ts';
import type { TenantSession } from '../storing/tenant-session.ts';
import type { CollectSettings } from './collect-settings.ts';

export interface CollectDeps {
  table: Table;
  clock: Clock;
  log: Log;
  sources: Record<SourceName, IncidentSource | undefined>;
  settings: CollectSettings;
  /** One for all tenants of the process. */
  repeats: RepeatBudget;
  random(): number;
}

export interface CollectJob {
  tenantId: TenantId;
  /** The tick whose claim this is. */
  tick: Ticks;
  /** Moment of the monotonic clock, in ms, at which the worker's time ends: no call may end after it. */
  deadlineMs: number;
  /** Goes on with what an earlier turn left. */
  isContinuation: boolean;
  /** The tick has charged its first call, and no other worker has had that. */
  isPrepaid: boolean;
  /** What all tenants together said of the Defender API at the tick. */
  stage?: SourceStage | undefined;
  /** What its commits are parts of. */
  span?: Span;
}

/** What a poll reads from. */
export interface OpenedSource extends WatchedSource {
  /** What is known now of the source that takes over. */
  standby: Standby | undefined;
}

/** One tenant's poll under way. */
export interface Poll {
  deps: CollectDeps;
  session: TenantSession;
  reader: MeteredReader;
  source: OpenedSource;
  cycles: CycleDeps;
  /** It goes on where this claim's run before stopped: the tenant's calls beside its news are used already. */
  isContinuation: boolean;
  /** The second reading comes before the gaps. */
  isAgainFirst: boolean;
  /** What the state row knew as stored when the poll began. */
  knownBefore: ReadonlySet<string>;
  nextTick: Ticks;
  /** `nextDueAt` as it was at the start: an operator who changes it meanwhile is not overruled. */
  dueAtStart: Ticks;
}

export interface PartRead {
  isComplete: boolean;
  /** What the poll's last commit has to say about this part. */
  apply(state: TenantState): TenantState;
}

export const unchanged = (state: TenantState): TenantState => state;
