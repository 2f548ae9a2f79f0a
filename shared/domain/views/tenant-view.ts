import { COLLECTION_ERRORS } from '../../errors/collection-errors.ts';
import type { Blame } from '../../errors/error-kind.ts';
import type { ErrorCode } from '../../errors/error-table.ts';
import { wouldStayBehind } from '../collection/source-state.ts';
import type { SourceChoice, SourceName } from '../incidents/incident.ts';
import { GAP_REASONS } from '../reading/gaps.ts';
import type { ReadCycle } from '../reading/read-cycle.ts';
import { findSilence } from '../incidents/silence.ts';
import { chosenSource, type LastError, type TenantState, type TenantStatus } from '../tenants/tenant-state.ts';
import { formatTicks, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';
import type { KnownTenant } from './coverage.ts';

export type ShownStatus = TenantStatus | 'paused';

/** A tenant as the API shows it. */
export interface TenantView {
  tenantId: string;
  displayName: string | null;
  customer: string | null;
  labels: string[];
  status: ShownStatus;
  /** Where it is to be read from. */
  source: SourceChoice;
  /** The same if an operator chose it for this tenant alone; `null`: the setting says it for all. */
  ownSource: SourceChoice | null;
  /** Where it is read from: the source before, while the new one cannot be read. */
  readFrom: SourceName;
  consentedAt: string | null;
  deletedAt: string | null;
  completeThrough: string | null;
  reconciledThrough: string | null;
  completeFrom: string | null;
  lagSeconds: number | null;
  lastError: ShownError | null;
  backfill: { percent: number; etaSeconds: number | null } | null;
  /** The reconciliation in progress. */
  reconciliation: { percent: number; etaSeconds: number | null } | null;
  /** Versions that only a reconciliation has found. */
  foundLate: number;
  gaps: { from: string; to: string; reason: string; incidentId: string | null; since: string }[];
  /** Incidents that are stored without alerts that cannot be read; each of them is a gap too. */
  alertsPending: number;
  storedIncidents: number;
  /** When the newest of them was created. */
  lastIncidentAt: string | null;
  /** Nothing new has come, as far as its data is complete, for longer than is usual there; `null` also where nothing is usual. */
  silence: { since: string; seconds: number; usualPauseSeconds: number } | null;
  /** Whether it could be read from Graph if the Defender API ended; `null` for one that is not on `auto`, or on Graph already. */
  failover: { isReady: boolean; checkedAt: string; problem: ShownError | null } | null;
  /** What to think of while nothing is wrong and nothing comes. */
  hint: string | null;
}

interface ShownError {
  code: ErrorCode;
  message: string;
  blame: Exclude<Blame, 'caller'>;
  action: string;
  since: string | null;
  /** Roles that the token lacks; a new consent link grants them. */
  missingRoles: string[];
}

export interface ViewedAt {
  /** The storage service's time. */
  now: Ticks;
  /** The source of tenants without their own. */
  defaultSource: SourceChoice;
}

export function toTenantView({ tenantId, record, state }: KnownTenant, at: ViewedAt): TenantView {
  const names = {
    tenantId,
    displayName: record?.displayName ?? null,
    customer: record?.customer ?? null,
    labels: record?.labels ?? [],
    consentedAt: record?.consentedAt ?? null,
    deletedAt: record?.deletedAt ?? null,
  };
  return state === undefined ? { ...names, ...WITHOUT_STATE } : { ...names, ...toProgress(state, at) };
}

type Progress = Omit<TenantView, 'tenantId' | 'displayName' | 'customer' | 'labels' | 'consentedAt' | 'deletedAt'>;

const WITHOUT_STATE: Progress = {
  status: 'unreachable',
  source: 'defender',
  ownSource: null,
  readFrom: 'defender',
  completeThrough: null,
  reconciledThrough: null,
  completeFrom: null,
  lagSeconds: null,
  lastError: {
    code: 'tenant-state-missing',
    message: 'The tenant is in the registry but has no state row, so nothing is collected from it',
    blame: COLLECTION_ERRORS['tenant-state-missing'].blame,
    action: COLLECTION_ERRORS['tenant-state-missing'].action,
    since: null,
    missingRoles: [],
  },
  backfill: null,
  reconciliation: null,
  foundLate: 0,
  gaps: [],
  alertsPending: 0,
  storedIncidents: 0,
  lastIncidentAt: null,
  silence: null,
  failover: null,
  hint: null,
};

function toProgress(state: TenantState, { now, defaultSource }: ViewedAt): Progress {
  const { lastError, completeThrough } = state;
  const source = chosenSource(state, defaultSource);
  return {
    status: shownStatus(state),
    source,
    ownSource: state.ownSource ?? null,
    readFrom: state.readFrom,
    completeThrough: toTime(completeThrough),
    reconciledThrough: toTime(state.reconciledThrough),
    completeFrom: toTime(state.completeFrom),
    lagSeconds: completeThrough === undefined ? null : Math.max(0, Number((now - completeThrough) / TICKS_PER_SECOND)),
    lastError: lastError === undefined ? null : toShownError(lastError),
    backfill: state.backfill === undefined ? null : toCycleProgress(state.backfill, now),
    reconciliation: state.reconcile === undefined ? null : toCycleProgress(state.reconcile, now),
    foundLate: state.foundLate,
    gaps: state.gaps.map(({ from, to, reason, incidentId, since }) => ({
      from: formatTicks(from),
      to: formatTicks(to),
      reason,
      incidentId: incidentId ?? null,
      since: formatTicks(since),
    })),
    alertsPending: state.gaps.filter(({ reason }) => reason === GAP_REASONS.alerts).length,
    storedIncidents: state.storedIncidents,
    lastIncidentAt: toTime(state.arrivals?.newestAt),
    silence: toSilence(state),
    failover: toFailover(state, source),
    hint: moveHint(state, source) ?? (hasNothingSeen(state) ? NOTHING_SEEN : stayHint(state, defaultSource)),
  };
}

function toSilence(state: TenantState): TenantView['silence'] {
  const silence = findSilence(state);
  if (silence === undefined) return null;
  const { since, until, usualPause } = silence;
  return {
    since: formatTicks(since),
    seconds: Number((until - since) / TICKS_PER_SECOND),
    usualPauseSeconds: Number(usualPause / TICKS_PER_SECOND),
  };
}

function toShownError({ code, message, blame, action, since, missingRoles = [] }: LastError): ShownError {
  return { code, message, blame, action, since: formatTicks(since), missingRoles: [...missingRoles] };
}

/** The customer is not blind, but somebody has to act before it can be read from where it is to be, or will have to be. */
function moveHint({ readFrom, move, standby, lastError }: TenantState, source: SourceChoice): string | null {
  if (source !== 'auto') {
    if (source === readFrom || move?.problem === undefined) return null;
    const { message, action } = move.problem;
    return `Still read from ${readFrom}, as ${source} cannot be read yet: ${message}. ${action}`;
  }
  if (readFrom === 'graph' || standby?.problem === undefined || lastError?.code === 'source-retired') return null;
  const { message, action } = standby.problem;
  return `Would go blind if the Defender API ended, as Microsoft Graph cannot be read: ${message}. ${action}`;
}

/** Nothing is missing today, but the customer is lost on the day that the Defender API ends. */
function stayHint(state: TenantState, setting: SourceChoice): string | null {
  if (state.lastError !== undefined || !wouldStayBehind(state, setting)) return null;
  return `Would go blind if the Defender API ended, as nobody has chosen a source for it. ${COLLECTION_ERRORS['failover-not-chosen'].action}`;
}

function toFailover({ readFrom, standby }: TenantState, source: SourceChoice): TenantView['failover'] {
  if (source !== 'auto' || readFrom === 'graph' || standby === undefined) return null;
  const { checkedAt, problem } = standby;
  return {
    isReady: problem === undefined,
    checkedAt: formatTicks(checkedAt),
    problem: problem === undefined ? null : toShownError(problem),
  };
}

const NOTHING_SEEN =
  'Connected, nothing seen yet: this tenant has never delivered an incident. If that lasts, ask the customer whether Microsoft Defender XDR is licensed and turned on';

/** An unlicensed tenant can return empty lists for ever, which must not look like a quiet one. */
function hasNothingSeen({ status, isPaused, completeThrough, storedIncidents, lastChangeAt }: TenantState): boolean {
  const isConnected = status === 'active' && !isPaused && completeThrough !== undefined;
  return isConnected && storedIncidents === 0 && lastChangeAt === undefined;
}

/** The status in the tenant's view. */
export function statusOf({ state }: Pick<KnownTenant, 'state'>): ShownStatus {
  return state === undefined ? WITHOUT_STATE.status : shownStatus(state);
}

/** A pause hides what the tenant would be otherwise, except that its rows are being erased. */
export function shownStatus({ status, isPaused }: Pick<TenantState, 'status' | 'isPaused'>): ShownStatus {
  return isPaused && status !== 'purging' ? 'paused' : status;
}

/** How much of the cycle is read, and how long the rest takes at the pace so far. */
function toCycleProgress({ from, to, cursor, startedAt }: ReadCycle, now: Ticks): TenantView['backfill'] {
  const whole = Number((to ?? now) - from);
  const read = Number(cursor - from);
  if (whole <= 0 || read >= whole) return { percent: 100, etaSeconds: 0 };
  const elapsedSeconds = Number((now - startedAt) / TICKS_PER_SECOND);
  const etaSeconds = read > 0 && elapsedSeconds >= 0 ? Math.ceil((elapsedSeconds * (whole - read)) / read) : null;
  return { percent: Math.floor((100 * read) / whole), etaSeconds };
}

function toTime(at: Ticks | undefined): string | null {
  return at === undefined ? null : formatTicks(at);
}
