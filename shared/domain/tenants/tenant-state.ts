import type { Blame } from '../../errors/error-kind.ts';
import type { ErrorCode } from '../../errors/error-table.ts';
import { NOTHING_CREATED, type CreatedCounts } from '../incidents/created-counts.ts';
import type { SourceChoice, SourceName } from '../incidents/incident.ts';
import type { AlertsApart } from '../reading/alerts-apart.ts';
import { chargeCalls, EMPTY_BUDGET, type CallBudget } from '../reading/call-budget.ts';
import type { Gap } from '../reading/gaps.ts';
import type { LearntTop } from '../reading/page-size.ts';
import type { ReadCycle } from '../reading/read-cycle.ts';
import type { TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';
import type { Arrivals } from '../incidents/arrivals.ts';
import type { PurgeProgress } from './erasure.ts';

/** The last stretch of time in which a tenant's data was not to be relied on, although it may be complete again. */
export interface BlindPeriod {
  /** The data was complete up to then; if it never was, when the tenant got its status. */
  since: Ticks;
  until: Ticks;
  code: string;
}

export const TENANT_STATUSES = [
  'invited',
  'awaiting-approval',
  'pending',
  'active',
  'consent-missing',
  'not-licensed',
  'unreachable',
  'purging',
] as const;
export type TenantStatus = (typeof TENANT_STATUSES)[number];

export interface LastError {
  code: ErrorCode;
  message: string;
  blame: Exclude<Blame, 'caller'>;
  action: string;
  since: Ticks;
  /** Roles that the token lacked. */
  missingRoles?: readonly string[];
}

export interface IndexProgress {
  isWhole: boolean;
  /** Row key of the last incident that was looked at; ids fall, so what is newer is in the index. */
  after: string;
}

/** Of a tenant that is new: each of its incidents enters the index with the transaction that stores it. */
export const WHOLE_INDEX: IndexProgress = { isWhole: true, after: '' };

/** Alert rows of a generation that may belong to no shown version; the tenant's next worker deletes them. */
export interface LooseGeneration {
  incidentId: string;
  generation: number;
}

/** From a change of source until the new one has returned everything that the old one had. */
export interface SourceMove {
  since: Ticks;
  /** Why the new source cannot be read: the old one goes on until it can. */
  problem?: LastError;
}

/** What a poll heard that speaks for the end of the Defender API. */
export interface SourceSign {
  /** `gone`: it responded as if it did not exist. `silent`: it no longer shows an incident that it has shown. */
  kind: 'gone' | 'silent';
  since: Ticks;
  message: string;
}

/** Whether the source after a failover could be read, tested once a day for a tenant on `auto`. */
export interface Standby {
  checkedAt: Ticks;
  problem?: LastError;
}

/** The tenant's state row `S!`: the fence of every write and the only home of what a worker has to know. */
export interface TenantState {
  tenantId: TenantId;

  /** Control fields: changed by operators and by dispatch, without raising `sequence`. */
  status: TenantStatus;
  isPaused: boolean;
  /** Where an operator wants it to be read from; `undefined`: wherever the setting `INCIDENT_SOURCE` says. */
  ownSource: SourceChoice | undefined;
  nextDueAt: Ticks;
  /** A worker has claimed the tenant until then. */
  busyUntil: Ticks;
  /** The tick of the newest claim; a message with an older one is out of date. */
  claimedTick: Ticks;
  /** The message of the newest claim went to the queue of slow tenants. */
  isClaimedAsSlow: boolean;
  /** Of the source that it is read from. */
  budget: CallBudget;
  /** Of the other one, which it was read from before or is to be read from. */
  otherBudget: CallBudget;
  /** When registration or the last verification put the tenant into its status. */
  statusSince: Ticks;
  failedProofs: number;
  lastError: LastError | undefined;
  /** The consent that was last accepted: accepting it again changes nothing. */
  consentId: string | undefined;

  /** Collection fields: changed only by commits that raise `sequence`. */
  sequence: bigint;
  /** Identifies the last commit, so that its author recognises it after a lost response. */
  commitId: string;
  /** The source of the cycles, the page sizes and the fingerprints. */
  readFrom: SourceName;
  move: SourceMove | undefined;
  completeFrom: Ticks | undefined;
  completeThrough: Ticks | undefined;
  reconciledThrough: Ticks | undefined;
  /** Up to where the newest part is complete; differs from `completeThrough` while a backfill is under way. */
  frontThrough: Ticks | undefined;
  /** How current the oldest response of the last complete read of the head was: the next one starts the overlap before it. */
  frontCurrentAt: Ticks | undefined;
  /** The unfinished read of the newest part. */
  live: ReadCycle | undefined;
  /** The unfinished read of an older part, [from, to). */
  backfill: ReadCycle | undefined;
  /** The unfinished reconciliation of the last days. */
  reconcile: ReadCycle | undefined;
  /** When the next reconciliation is due; set when one begins, and by the first successful poll. */
  nextReconcileAt: Ticks | undefined;
  /** Versions that only a reconciliation has found. */
  foundLate: number;
  gaps: Gap[];
  /** 12 bytes each; see `fingerprintOf`. */
  fingerprints: Set<string>;
  looseGenerations: LooseGeneration[];
  /** Ids of incidents with index rows that they may not name; the tenant's next worker deletes those. */
  looseIndexes: string[];
  /** Stored incidents that hold values by which they are not found, as there are too many of them. */
  leftOutIncidents: number;
  /** How far the incidents of a store from before the index have entered it; `undefined`: not begun. */
  index: IndexProgress | undefined;
  /** Ids of incidents that are in no list any more because of their age and whose rows are to be deleted. */
  expiring: string[];
  /** The stamp of change-log rows whose commit was not yet confirmed in time. */
  unconfirmedStamp: Ticks | undefined;
  /** The page size that the source was seen to use instead of `$top`. */
  pageCap: number | undefined;
  /** The longest page that the source has sent: its cap is at least that, so a shorter page is short for certain. */
  longestPage: number;
  /** The page size that works at the source while larger ones fail. */
  learntTop: LearntTop | undefined;
  /** Lists of incidents fail together with their alerts. */
  alertsApart: AlertsApart | undefined;
  storedIncidents: number;
  /** Of the incidents stored; `undefined` in a row of a version that did not note them. */
  arrivals: Arrivals | undefined;
  /** Of those that are listed; `undefined`: those of a store from before they were counted are still to be. */
  created: CreatedCounts | undefined;
  lastChangeAt: Ticks | undefined;
  lastPolledAt: Ticks | undefined;
  lastBlind: BlindPeriod | undefined;
  /** Time of the newest incident: a list that reaches back to it is not empty while the source works. */
  witness: Ticks | undefined;
  /** When the source last showed an incident. */
  seenAt: Ticks | undefined;
  sign: SourceSign | undefined;
  standby: Standby | undefined;
  /** Set from the order to erase the tenant on. */
  purge: PurgeProgress | undefined;
  /** Polls in a row that failed. */
  failedPolls: number;
}

/** The tenant's own choice, else what the setting says for all. */
export function chosenSource({ ownSource }: Pick<TenantState, 'ownSource'>, setting: SourceChoice): SourceChoice {
  return ownSource ?? setting;
}

/** Where a tenant is to be read from. `isRetired`: all tenants together have shown that the Defender API is gone. */
export function wantedSource(
  state: Pick<TenantState, 'ownSource'>,
  setting: SourceChoice,
  isRetired = false,
): SourceName {
  const choice = chosenSource(state, setting);
  if (choice !== 'auto') return choice;
  return isRetired ? 'graph' : 'defender';
}

/** A tenant whose source is its own choice. */
export function newTenantState(tenantId: TenantId, source: SourceChoice, now: Ticks): TenantState {
  return {
    tenantId,
    status: 'pending',
    isPaused: false,
    ownSource: source,
    nextDueAt: now,
    busyUntil: 0n,
    claimedTick: 0n,
    isClaimedAsSlow: false,
    budget: EMPTY_BUDGET,
    otherBudget: EMPTY_BUDGET,
    statusSince: now,
    failedProofs: 0,
    lastError: undefined,
    consentId: undefined,
    sequence: 0n,
    commitId: '',
    readFrom: source === 'graph' ? 'graph' : 'defender',
    move: undefined,
    completeFrom: undefined,
    completeThrough: undefined,
    reconciledThrough: undefined,
    frontThrough: undefined,
    frontCurrentAt: undefined,
    live: undefined,
    backfill: undefined,
    reconcile: undefined,
    nextReconcileAt: undefined,
    foundLate: 0,
    gaps: [],
    fingerprints: new Set(),
    looseGenerations: [],
    looseIndexes: [],
    leftOutIncidents: 0,
    index: WHOLE_INDEX,
    expiring: [],
    unconfirmedStamp: undefined,
    pageCap: undefined,
    longestPage: 0,
    learntTop: undefined,
    alertsApart: undefined,
    storedIncidents: 0,
    arrivals: undefined,
    created: NOTHING_CREATED,
    lastChangeAt: undefined,
    lastPolledAt: undefined,
    lastBlind: undefined,
    witness: undefined,
    seenAt: undefined,
    sign: undefined,
    standby: undefined,
    purge: undefined,
    failedPolls: 0,
  };
}

/** Statuses that a tick polls; the others wait for somebody. */
export function isPollable(state: Pick<TenantState, 'status' | 'isPaused'>): boolean {
  return !state.isPaused && !['invited', 'awaiting-approval', 'purging'].includes(state.status);
}

export function budgetOf(
  { readFrom, budget, otherBudget }: Pick<TenantState, 'readFrom' | 'budget' | 'otherBudget'>,
  source: SourceName,
): CallBudget {
  return source === readFrom ? budget : otherBudget;
}

export function chargeSource(
  state: TenantState,
  source: SourceName,
  { now, calls }: { now: Ticks; calls: number },
): TenantState {
  const charged = chargeCalls(budgetOf(state, source), now, calls);
  return source === state.readFrom ? { ...state, budget: charged } : { ...state, otherBudget: charged };
}
