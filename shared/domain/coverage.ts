import { compareText } from './compare-text.ts';
import { isStale, type IntervalSettings } from './poll-interval.ts';
import type { TenantId } from './tenant-id.ts';
import type { TenantRecord } from './tenant-record.ts';
import type { TenantState } from './tenant-state.ts';
import { formatTicks, type Ticks } from './ticks.ts';

/** How far the answer to a question about some tenants can be believed. */
export interface Coverage {
  /** Whatever was visible at the sources before then is stored, for every tenant asked for; `null` when one was never read whole. */
  completeThrough: string | null;
  /** The same for the tenants that are not blind; `null` when all are. */
  completeThroughExceptBlind: string | null;
  blindCount: number;
  /** The worst ones first. */
  blind: BlindTenant[];
  /** Stretches of time that could not be read, over all tenants asked for. */
  gapCount: number;
}

export interface BlindTenant {
  tenantId: string;
  tenantName: string | null;
  /** Its data is complete up to then; if it never was, since when the tenant has its status. */
  since: string | null;
  /** When it saw again; `null` while it is blind. */
  until: string | null;
  code: string;
}

/** What is known of one tenant; either part may be missing when a registration was interrupted. */
export interface KnownTenant {
  tenantId: TenantId;
  record: TenantRecord | undefined;
  state: TenantState | undefined;
}

const SHOWN_BLIND = 20;

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
  const blind = tenants.flatMap((tenant) => {
    const period = blindNow(tenant, settings, now) ?? blindBefore(tenant, since);
    return period === undefined ? [] : [{ ...tenant, period }];
  });
  const isBlind = new Set(blind.filter(({ period }) => period.until === undefined).map(({ tenantId }) => tenantId));
  return {
    completeThrough: leastComplete(tenants.filter(isCollected)),
    completeThroughExceptBlind: leastComplete(tenants.filter(({ tenantId }) => !isBlind.has(tenantId))),
    blindCount: blind.length,
    blind: blind.sort(worstFirst).slice(0, SHOWN_BLIND).map(toBlindTenant),
    gapCount: tenants.reduce((sum, { state }) => sum + (state?.gaps.length ?? 0), 0),
  };
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
}

function blindNow(tenant: KnownTenant, settings: IntervalSettings, now: Ticks): Blindness | undefined {
  const { state } = tenant;
  const code = blindCode(tenant, settings, now);
  return code === undefined
    ? undefined
    : { since: state?.completeThrough ?? state?.statusSince, until: undefined, code };
}

/** Why new incidents of this tenant may be missing, or `undefined` when they are not. */
function blindCode({ record, state }: KnownTenant, settings: IntervalSettings, now: Ticks): string | undefined {
  if (state === undefined) return record === undefined ? 'not-registered' : 'tenant-state-missing';
  if (state.isPaused) return 'paused';
  if (state.status !== 'active') return state.lastError?.code ?? state.status;
  if (!isStale(state, settings, now)) return undefined;
  const isCatchingUp = state.live !== undefined || state.backfill !== undefined;
  return state.lastError?.code ?? (isCatchingUp ? 'catching-up' : 'stale');
}

/** A period that a question about the time since then must not overlook. */
function blindBefore({ state }: KnownTenant, since: Ticks | undefined): Blindness | undefined {
  const last = state?.lastBlind;
  return since === undefined || last === undefined || last.until < since ? undefined : last;
}

function worstFirst(a: KnownTenant, b: KnownTenant): number {
  const before = a.state?.completeThrough ?? -1n;
  const after = b.state?.completeThrough ?? -1n;
  return before === after ? compareText(a.tenantId, b.tenantId) : before < after ? -1 : 1;
}

function toBlindTenant({ tenantId, record, period }: KnownTenant & { period: Blindness }): BlindTenant {
  return {
    tenantId,
    tenantName: record?.displayName ?? null,
    since: formatPoint(period.since),
    until: formatPoint(period.until),
    code: period.code,
  };
}

/** 0 is the state row's "never". */
function formatPoint(at: Ticks | undefined): string | null {
  return at === undefined || at === 0n ? null : formatTicks(at);
}
