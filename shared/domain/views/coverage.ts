import { isStale, type IntervalSettings } from '../tenants/poll-interval.ts';
import { findSilence } from '../incidents/silence.ts';
import type { TenantRecord } from '../tenants/tenant-record.ts';
import type { TenantState } from '../tenants/tenant-state.ts';
import { compareText } from '../values/compare-text.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, TICKS_PER_MINUTE, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';

/** How complete the response to a query about some tenants is. */
export interface Coverage {
  /**
   * Everything that was visible at the sources before then is stored, for every selected tenant; `null` when one was never read
   * completely.
   */
  completeThrough: string | null;
  /** The same for the tenants that are not blind; `null` when all are. */
  completeThroughExceptBlind: string | null;
  blindCount: number;
  /** Of the blind ones those that are read for the first time, or catch up, without a failure. */
  readingCount: number;
  /** Of the blind ones those that somebody stopped on purpose. */
  stoppedCount: number;
  /** The worst ones first; those that are being read after them, those stopped on purpose last. */
  blind: BlindTenant[];
  /** Ranges of time that could not be read, over all selected tenants. */
  gapCount: number;
  /** Tenants that are not blind, and from which nothing new has come for longer than is usual there. */
  silentCount: number;
  /** The longest silences first. */
  silent: SilentTenant[];
}

export interface SilentTenant {
  tenantId: string;
  tenantName: string | null;
  /** When its newest incident was created. */
  since: string;
  usualPauseSeconds: number;
}

export interface BlindTenant {
  tenantId: string;
  tenantName: string | null;
  /** Its data is complete up to then; if it never was, since when the tenant has its status. */
  since: string | null;
  /** When it saw again; `null` while it is blind. */
  until: string | null;
  code: string;
  kind: BlindKind;
}

/** `blind`: an operator should look · `reading`: in progress · `stopped`: paused, deleted or being erased on purpose. */
export type BlindKind = (typeof BLIND_KINDS)[number];

/** The most urgent first. */
export const BLIND_KINDS = ['blind', 'reading', 'stopped'] as const;

/** What is known of one tenant; either part may be missing when a registration was interrupted. */
export interface KnownTenant {
  tenantId: TenantId;
  record: TenantRecord | undefined;
  state: TenantState | undefined;
}

const SHOWN = 20;
/** A tick may be missed; a tenant that has not begun after this time is not being read. */
const FIRST_READ_BEGINS_WITHIN = 15n * TICKS_PER_MINUTE;

/** Which moment the question is about, or which period up to it. */
export interface CoveredTime {
  now: Ticks;
  since?: Ticks | undefined;
}

export function toCoverage(
  tenants: readonly KnownTenant[],
  settings: IntervalSettings,
  { now, since }: CoveredTime,
): Coverage {
  const blind = tenants.flatMap((tenant) => withPeriod(tenant, settings, { now, since }) ?? []);
  const countOf = (kind: BlindKind): number => blind.filter(({ period }) => period.kind === kind).length;
  const isBlind = new Set(blind.filter(({ period }) => period.until === undefined).map(({ tenantId }) => tenantId));
  const silent = listSilent(tenants, settings, now);
  return {
    completeThrough: leastComplete(tenants.filter(isCollected)),
    completeThroughExceptBlind: leastComplete(tenants.filter(({ tenantId }) => !isBlind.has(tenantId))),
    blindCount: blind.length,
    readingCount: countOf('reading'),
    stoppedCount: countOf('stopped'),
    blind: blind.sort(worstFirst).slice(0, SHOWN).map(toBlindTenant),
    gapCount: tenants.reduce((sum, { state }) => sum + (state?.gaps.length ?? 0), 0),
    silentCount: silent.length,
    silent: silent.slice(0, SHOWN),
  };
}

function toSilentTenant({ tenantId, record, state }: KnownTenant): SilentTenant | undefined {
  const silence = state === undefined ? undefined : findSilence(state);
  if (silence === undefined) return undefined;
  const usualPauseSeconds = Number(silence.usualPause / TICKS_PER_SECOND);
  return {
    tenantId,
    tenantName: record?.displayName ?? null,
    since: formatTicks(silence.since),
    usualPauseSeconds,
  };
}

const longestFirst = (a: SilentTenant, b: SilentTenant): number =>
  compareText(a.since, b.since) || compareText(a.tenantId, b.tenantId);

/** All of them that see and are silent, the longest silences first. */
export function listSilent(tenants: readonly KnownTenant[], settings: IntervalSettings, now: Ticks): SilentTenant[] {
  const seeing = tenants.filter((tenant) => blindNow(tenant, settings, now) === undefined);
  return seeing.flatMap((tenant) => toSilentTenant(tenant) ?? []).sort(longestFirst);
}

/** All of them that are blind now, in their order. */
export function listBlind(tenants: readonly KnownTenant[], settings: IntervalSettings, now: Ticks): BlindTenant[] {
  return tenants.flatMap((tenant) => withPeriod(tenant, settings, { now }) ?? []).map(toBlindTenant);
}

type BlindlyKnown = KnownTenant & { period: Blindness };

function withPeriod(
  tenant: KnownTenant,
  settings: IntervalSettings,
  { now, since }: CoveredTime,
): BlindlyKnown | undefined {
  const period = blindNow(tenant, settings, now) ?? blindBefore(tenant, since);
  return period === undefined ? undefined : { ...tenant, period };
}

/** Nothing is promised about a tenant before its first approval or while it is being erased. */
function isCollected({ state }: KnownTenant): boolean {
  return state === undefined || !['invited', 'awaiting-approval', 'purging'].includes(state.status);
}

function leastComplete(tenants: readonly KnownTenant[]): string | null {
  const points = tenants.map(({ state }) => state?.completeThrough);
  if (points.length === 0 || points.includes(undefined)) return null;
  return formatPoint(
    points.reduce((least, at) => (at !== undefined && least !== undefined && at < least ? at : least)),
  );
}

interface Blindness {
  since: Ticks | undefined;
  until: Ticks | undefined;
  code: string;
  kind: BlindKind;
}

function blindNow(tenant: KnownTenant, settings: IntervalSettings, now: Ticks): Blindness | undefined {
  const { state } = tenant;
  const code = blindCode(tenant, settings, now);
  if (code === undefined) return undefined;
  const since = state?.completeThrough ?? state?.statusSince;
  return { since, until: undefined, code, kind: state === undefined ? 'blind' : blindKind(state, now) };
}

function blindKind({ isPaused, status, statusSince, lastError, backfill }: TenantState, now: Ticks): BlindKind {
  if (isPaused || status === 'purging') return 'stopped';
  if (lastError !== undefined || (status !== 'pending' && status !== 'active')) return 'blind';
  const isJustConnected = status === 'pending' && now - statusSince <= FIRST_READ_BEGINS_WITHIN;
  return backfill !== undefined || isJustConnected ? 'reading' : 'blind';
}

/** Why new incidents of this tenant may be missing, or `undefined` when they are not. */
function blindCode({ record, state }: KnownTenant, settings: IntervalSettings, now: Ticks): string | undefined {
  if (state === undefined) return record === undefined ? 'not-registered' : 'tenant-state-missing';
  const deletedAt = record?.deletedAt ?? null;
  if (state.isPaused) return deletedAt === null ? 'paused' : 'deleted';
  if (state.status === 'pending' && state.backfill !== undefined) return state.lastError?.code ?? 'first-read';
  if (state.status !== 'active') return state.lastError?.code ?? state.status;
  if (!isStale(state, settings, now)) return undefined;
  const isCatchingUp = state.live !== undefined || state.backfill !== undefined;
  return state.lastError?.code ?? (isCatchingUp ? 'catching-up' : 'stale');
}

/** A period that a question about the time since then must not overlook. */
function blindBefore({ state }: KnownTenant, since: Ticks | undefined): Blindness | undefined {
  const last = state?.lastBlind;
  if (since === undefined || last === undefined || last.until < since) return undefined;
  return { ...last, kind: last.code === 'pending' ? 'reading' : 'blind' };
}

function worstFirst(a: BlindlyKnown, b: BlindlyKnown): number {
  const byKind = BLIND_KINDS.indexOf(a.period.kind) - BLIND_KINDS.indexOf(b.period.kind);
  if (byKind !== 0) return byKind;
  const before = a.state?.completeThrough ?? -1n;
  const after = b.state?.completeThrough ?? -1n;
  return before === after ? compareText(a.tenantId, b.tenantId) : before < after ? -1 : 1;
}

function toBlindTenant({ tenantId, record, period }: BlindlyKnown): BlindTenant {
  return {
    tenantId,
    tenantName: record?.displayName ?? null,
    since: formatPoint(period.since),
    until: formatPoint(period.until),
    code: period.code,
    kind: period.kind,
  };
}

/** 0 is the state row's "never". */
function formatPoint(at: Ticks | undefined): string | null {
  return at === undefined || at === 0n ? null : formatTicks(at);
}
