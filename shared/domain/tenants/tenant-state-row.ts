import { SOURCE_CHOICES, type SourceChoice, type SourceName } from '../incidents/incident.ts';
import type { AlertsApart } from '../reading/alerts-apart.ts';
import { EMPTY_BUDGET, type CallBudget } from '../reading/call-budget.ts';
import type { Gap } from '../reading/gaps.ts';
import type { LearntTop } from '../reading/page-size.ts';
import type { ReadCycle } from '../reading/read-cycle.ts';
import { packFingerprints, unpackFingerprints } from '../rows/fingerprints.ts';
import { ROW_VERSION } from '../rows/incident-rows.ts';
import { binaryColumn, numberColumn, textColumn } from '../rows/row-columns.ts';
import type { RowProperties } from '../values/table-row.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';
import type { Arrivals } from '../incidents/arrivals.ts';
import type { PurgeProgress } from './erasure.ts';
import {
  type BlindPeriod,
  type IndexProgress,
  type LastError,
  type LooseGeneration,
  newTenantState,
  type SourceMove,
  type SourceSign,
  type Standby,
  TENANT_STATUSES,
  type TenantState,
} from './tenant-state.ts';

/** JSON with bigints as `"123n"`; none of our texts in these columns has that form. */
const toJson = (value: unknown): string =>
  hasTicks(value)
    ? JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))
    : JSON.stringify(value);

/** Most of these columns hold no ticks, and with a function for each value JSON takes five times as long. */
function hasTicks(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Array.isArray(value) ? value.some(hasTicks) : Object.values(value).some(hasTicks);
}

function readJson(row: RowProperties, name: 'budget' | 'otherBudget'): CallBudget | undefined;
function readJson(row: RowProperties, name: 'lastError'): LastError | undefined;
function readJson(row: RowProperties, name: 'lastBlind'): BlindPeriod | undefined;
function readJson(row: RowProperties, name: 'move'): SourceMove | undefined;
function readJson(row: RowProperties, name: 'learntTop'): LearntTop | undefined;
function readJson(row: RowProperties, name: 'alertsApart'): AlertsApart | undefined;
function readJson(row: RowProperties, name: 'sign'): SourceSign | undefined;
function readJson(row: RowProperties, name: 'standby'): Standby | undefined;
function readJson(row: RowProperties, name: 'gaps'): Gap[] | undefined;
function readJson(row: RowProperties, name: 'looseGenerations'): LooseGeneration[] | undefined;
function readJson(row: RowProperties, name: 'index'): IndexProgress | undefined;
function readJson(row: RowProperties, name: 'arrivals'): Arrivals | undefined;
function readJson(row: RowProperties, name: 'purge'): PurgeProgress | undefined;
function readJson(row: RowProperties, name: 'looseIndexes' | 'expiring'): string[] | undefined;
function readJson(row: RowProperties, name: CycleColumn): ReadCycle | undefined;
function readJson(row: RowProperties, name: string): unknown {
  const json = textColumn(row, name);
  if (json === null) return undefined;
  const value: unknown = JSON.parse(json);
  return (json.includes('n"') ? readTicksIn(value) : value) ?? undefined;
}

const PRINTED_TICKS = /^-?\d+n$/;

/** In place: what was just parsed is nobody else's. */
function readTicksIn(value: unknown): unknown {
  if (typeof value === 'string') return PRINTED_TICKS.test(value) ? BigInt(value.slice(0, -1)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields)) fields[name] = readTicksIn(fields[name]);
  return value;
}

/** The columns that dispatch needs; the rest of the row can be large. */
export const CLAIM_COLUMNS = [
  'tenantId',
  'status',
  'isPaused',
  'nextDueAt',
  'busyUntil',
  'claimedTick',
  'isClaimedAsSlow',
  'budget',
  'failedPolls',
  'lastError',
  'statusSince',
  'completeThrough',
  'lastChangeAt',
  'lastPolledAt',
  'ownSource',
  'readFrom',
  'seenAt',
  'sign',
  'standby',
] as const;

/** What a claim merges into the row. */
export function toClaimColumns(
  claim: Pick<TenantState, 'busyUntil' | 'claimedTick' | 'isClaimedAsSlow' | 'budget'>,
): RowProperties {
  const { busyUntil, claimedTick, isClaimedAsSlow } = claim;
  return { busyUntil, claimedTick, isClaimedAsSlow, budget: toJson(claim.budget) };
}

/**
 * Control fields that operators and verifications change while a worker runs; JSON's `null` means no error, as a merge removes
 * nothing.
 */
export type ControlFields = Pick<
  TenantState,
  | 'status'
  | 'statusSince'
  | 'isPaused'
  | 'ownSource'
  | 'nextDueAt'
  | 'failedProofs'
  | 'lastError'
  | 'consentId'
  | 'standby'
>;

export function toControlColumns(fields: Partial<ControlFields>): RowProperties {
  const { lastError, consentId, ownSource, standby, ...plain } = fields;
  return {
    ...plain,
    ...('ownSource' in fields && { ownSource: ownSource ?? NO_SOURCE }),
    ...('lastError' in fields && { lastError: toJson(lastError ?? null) }),
    ...('standby' in fields && { standby: toJson(standby ?? null) }),
    ...(consentId !== undefined && { consentId }),
  };
}

export function toStateRow(state: TenantState): RowProperties {
  const row: RowProperties = {
    v: ROW_VERSION,
    tenantId: state.tenantId,
    status: state.status,
    isPaused: state.isPaused,
    ownSource: state.ownSource ?? NO_SOURCE,
    nextDueAt: state.nextDueAt,
    busyUntil: state.busyUntil,
    claimedTick: state.claimedTick,
    isClaimedAsSlow: state.isClaimedAsSlow,
    budget: toJson(state.budget),
    ...(state.otherBudget !== EMPTY_BUDGET && { otherBudget: toJson(state.otherBudget) }),
    statusSince: state.statusSince,
    failedProofs: state.failedProofs,
    sequence: state.sequence,
    commitId: state.commitId,
    readFrom: state.readFrom,
    gaps: toJson(state.gaps),
    fingerprints: packFingerprints(state.fingerprints),
    looseGenerations: toJson(state.looseGenerations),
    expiring: toJson(state.expiring),
    longestPage: state.longestPage,
    foundLate: state.foundLate,
    storedIncidents: state.storedIncidents,
    failedPolls: state.failedPolls,
  };
  if (state.created !== undefined) row['created'] = state.created;
  if (state.looseIndexes.length > 0) row['looseIndexes'] = toJson(state.looseIndexes);
  if (state.leftOutIncidents > 0) row['leftOutIncidents'] = state.leftOutIncidents;
  if (state.consentId !== undefined) row['consentId'] = state.consentId;
  for (const name of OPTIONAL_JSON) if (state[name] !== undefined) row[name] = toJson(state[name]);
  for (const name of OPTIONAL_NUMBERS) {
    const value = state[name];
    if (value !== undefined) row[name] = value;
  }
  return row;
}

const OPTIONAL_JSON = [
  'lastError',
  'lastBlind',
  'live',
  'backfill',
  'reconcile',
  'move',
  'learntTop',
  'alertsApart',
  'sign',
  'standby',
  'purge',
  'index',
  'arrivals',
] as const;
const OPTIONAL_NUMBERS = [
  'completeFrom',
  'completeThrough',
  'reconciledThrough',
  'frontThrough',
  'frontCurrentAt',
  'nextReconcileAt',
  'unconfirmedStamp',
  'pageCap',
  'lastChangeAt',
  'lastPolledAt',
  'witness',
  'seenAt',
] as const;

function ticksColumn(row: RowProperties, name: string): Ticks | undefined {
  const value = row[name];
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' ? BigInt(value) : undefined;
}

/** A state row, whole or with the columns that were selected; what is missing is as in a new state. */
export function readStateRow(row: RowProperties): TenantState {
  const blank = newTenantState(readStateTenantId(row), 'defender', 0n);
  const bytes = row['fingerprints'];
  return {
    ...blank,
    ownSource: readOwnSource(row),
    status: TENANT_STATUSES.find((status) => status === row['status']) ?? blank.status,
    isPaused: row['isPaused'] === true,
    nextDueAt: ticksColumn(row, 'nextDueAt') ?? 0n,
    busyUntil: ticksColumn(row, 'busyUntil') ?? 0n,
    claimedTick: ticksColumn(row, 'claimedTick') ?? 0n,
    isClaimedAsSlow: row['isClaimedAsSlow'] === true,
    budget: readJson(row, 'budget') ?? EMPTY_BUDGET,
    otherBudget: readJson(row, 'otherBudget') ?? EMPTY_BUDGET,
    statusSince: ticksColumn(row, 'statusSince') ?? 0n,
    failedProofs: numberColumn(row, 'failedProofs') ?? 0,
    lastError: readJson(row, 'lastError'),
    consentId: textColumn(row, 'consentId') ?? undefined,
    lastBlind: readJson(row, 'lastBlind'),
    sequence: ticksColumn(row, 'sequence') ?? 0n,
    commitId: textColumn(row, 'commitId') ?? '',
    // A row from before there was a choice has none, and another source may be wanted of it since.
    readFrom: readSourceName(row['readFrom']),
    move: readJson(row, 'move'),
    completeFrom: ticksColumn(row, 'completeFrom'),
    completeThrough: ticksColumn(row, 'completeThrough'),
    reconciledThrough: ticksColumn(row, 'reconciledThrough'),
    frontThrough: ticksColumn(row, 'frontThrough'),
    frontCurrentAt: ticksColumn(row, 'frontCurrentAt'),
    live: readCycle(row, 'live'),
    backfill: readCycle(row, 'backfill'),
    reconcile: readCycle(row, 'reconcile'),
    nextReconcileAt: ticksColumn(row, 'nextReconcileAt'),
    foundLate: numberColumn(row, 'foundLate') ?? 0,
    gaps: readJson(row, 'gaps') ?? [],
    fingerprints: bytes instanceof Uint8Array ? unpackFingerprints(bytes) : new Set(),
    looseGenerations: readJson(row, 'looseGenerations') ?? [],
    looseIndexes: readJson(row, 'looseIndexes') ?? [],
    leftOutIncidents: numberColumn(row, 'leftOutIncidents') ?? 0,
    index: readJson(row, 'index'),
    expiring: readJson(row, 'expiring') ?? [],
    unconfirmedStamp: ticksColumn(row, 'unconfirmedStamp'),
    pageCap: numberColumn(row, 'pageCap') ?? undefined,
    longestPage: numberColumn(row, 'longestPage') ?? 0,
    learntTop: readJson(row, 'learntTop'),
    alertsApart: readJson(row, 'alertsApart'),
    storedIncidents: numberColumn(row, 'storedIncidents') ?? 0,
    arrivals: readJson(row, 'arrivals'),
    created: binaryColumn(row, 'created'),
    lastChangeAt: ticksColumn(row, 'lastChangeAt'),
    lastPolledAt: ticksColumn(row, 'lastPolledAt'),
    witness: ticksColumn(row, 'witness'),
    seenAt: ticksColumn(row, 'seenAt'),
    sign: readJson(row, 'sign'),
    standby: readJson(row, 'standby'),
    purge: readJson(row, 'purge'),
    failedPolls: numberColumn(row, 'failedPolls') ?? 0,
  };
}

const readSourceName = (value: unknown): SourceName => (value === 'graph' ? 'graph' : 'defender');

/** A merge removes no column, so there is a word for none. */
const NO_SOURCE = 'setting';

/** A row from before there was a choice has `source`, which was "defender" for each tenant that was never moved. */
function readOwnSource({ ownSource, source }: RowProperties): SourceChoice | undefined {
  if (ownSource === undefined) return source === 'graph' ? 'graph' : undefined;
  return SOURCE_CHOICES.find((choice) => choice === ownSource);
}

type CycleColumn = 'live' | 'backfill' | 'reconcile';

function readCycle(row: RowProperties, name: CycleColumn): ReadCycle | undefined {
  const cycle = readJson(row, name);
  if (cycle === undefined) return undefined;
  // One that an earlier version began does not say where: it is begun again.
  const search = cycle.search !== undefined && 'from' in cycle.search ? cycle.search : undefined;
  // JSON drops what is undefined; the type has it.
  return { ...cycle, to: cycle.to, currentAt: cycle.currentAt, search, instant: cycle.instant };
}

function readStateTenantId(row: RowProperties): TenantId {
  const tenantId = readTenantId(row['tenantId']);
  if (tenantId === undefined)
    throw new Error(`Cannot read a state row as its tenant id is ${JSON.stringify(row['tenantId'])}`);
  return tenantId;
}
