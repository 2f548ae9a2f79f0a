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
  /** Shared by all tenants of the process. */
  repeats: RepeatBudget;
  random(): number;
}

export interface CollectJob {
  tenantId: TenantId;
  /** The tick whose claim this is. */
  tick: Ticks;
  /** When the worker's time ends, in ms of the monotonic clock: no call may end later. */
  deadlineMs: number;
  /** Continues what an earlier turn left. */
  isContinuation: boolean;
  /** The tick has charged the first call, and no other worker has used it. */
  isPrepaid: boolean;
  /** The conclusion about the Defender API from all tenants, at the tick. */
  stage?: SourceStage | undefined;
  /** The span of which the commits are parts. */
  span?: Span;
}

/** The source that a poll reads from. */
export interface OpenedSource extends WatchedSource {
  /** Whether Graph could take over, as far as is known now. */
  standby: Standby | undefined;
}

/** A poll in progress. */
export interface Poll {
  deps: CollectDeps;
  session: TenantSession;
  reader: MeteredReader;
  source: OpenedSource;
  cycles: CycleDeps;
  /** Continues the turn before, of the same claim, which has used all calls but those for the head. */
  isContinuation: boolean;
  /** The reconciliation comes before the gaps. */
  isAgainFirst: boolean;
  /** Fingerprints of stored versions in the state row when the poll began. */
  knownBefore: ReadonlySet<string>;
  nextTick: Ticks;
  /** `nextDueAt` at the start: if an operator changes it during the poll, the operator's value stays. */
  dueAtStart: Ticks;
}

export interface PartRead {
  isComplete: boolean;
  /** How the poll's last commit changes the state for this part. */
  apply(state: TenantState): TenantState;
}

export const unchanged = (state: TenantState): TenantState => state;
