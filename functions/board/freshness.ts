import type { BlindTenant } from '../../shared/domain/coverage.ts';
import type { TenantView } from '../../shared/domain/tenant-view.ts';
import { formatAgo, formatDuration, formatLocal } from './format-time.ts';

export interface Freshness {
  kind: 'fresh' | 'reading' | 'blind' | 'waiting';
  sentence: string;
  /** The operator's next step. */
  action: string | undefined;
}

/** Why a tenant is blind, for the codes that say so by themselves; others are shown as they are. */
const REASONS: Readonly<Record<string, string>> = {
  paused: 'collection is paused',
  pending: 'its consent is being proven',
  invited: 'its administrator has not consented yet',
  'awaiting-approval': 'it waits for your approval',
  'consent-missing': 'consent withdrawn or never given. Send a new link',
  'consent-declined': 'consent declined. Send a new link',
  'not-licensed': 'it has no license for Defender',
  unreachable: 'Microsoft does not let us read it',
  purging: 'its data is being erased',
  stale: 'no complete read since then',
  'catching-up': 'it is being read and has not caught up',
  'tenant-state-missing': 'its registration is broken. Register it again',
  'not-registered': 'it is not registered',
};

type Names = Pick<BlindTenant, 'tenantId' | 'tenantName'>;

/** The part of a sentence that says why. */
export function reasonOf(code: string): string {
  return REASONS[code] ?? code.replaceAll('-', ' ');
}

/** "blind since 09:12: consent withdrawn …"; without a time it never was complete. */
export function blindSentence({ since, until, code }: Omit<BlindTenant, keyof Names | 'kind'>, nowMs: number): string {
  if (since !== null && until !== null)
    return `was blind from ${formatLocal(since, nowMs)} to ${formatLocal(until, nowMs)}: ${reasonOf(code)}`;
  const start = since === null ? 'not read whole yet' : `blind since ${formatLocal(since, nowMs)}`;
  return `${start}: ${reasonOf(code)}`;
}

/** Below this nothing is called stale, whatever the interval (docs/api.md, coverage). */
const NEVER_STALE_SECONDS = 900;

/**
 * One sentence on how far a customer's data can be believed. The API decides who is blind and names the worst 20; beyond
 * them, the least lag that is called stale decides.
 */
export function freshnessOf(
  tenant: TenantView,
  blind: BlindTenant | undefined,
  nowMs: number,
  areAllBlindNamed: boolean,
): Freshness {
  const { status, completeThrough, lagSeconds, lastError, backfill } = tenant;
  const isLate = !areAllBlindNamed && (lagSeconds === null || lagSeconds > NEVER_STALE_SECONDS);
  if (status === 'invited' || status === 'awaiting-approval')
    return { kind: 'waiting', sentence: capital(reasonOf(status)), action: undefined };
  if (backfill !== null && completeThrough === null && lastError === null)
    return { kind: 'reading', sentence: readingSentence(backfill), action: undefined };
  if (blind !== undefined || status !== 'active' || isLate) {
    const code = blind?.code ?? (status === 'active' ? (lastError?.code ?? 'stale') : (lastError?.code ?? status));
    const since = blind === undefined ? completeThrough : blind.since;
    return {
      kind: 'blind',
      sentence: capital(blindSentence({ since, until: null, code }, nowMs)),
      action: lastError?.action,
    };
  }
  if (completeThrough === null) return { kind: 'reading', sentence: 'Waiting for its first read', action: undefined };
  const point = `Complete up to ${formatLocal(completeThrough, nowMs)}, ${formatAgo(completeThrough, nowMs)}`;
  return { kind: 'fresh', sentence: point, action: lastError?.action };
}

export function readingSentence({ percent, etaSeconds }: NonNullable<TenantView['backfill']>): string {
  const eta = etaSeconds === null ? '' : `, about ${formatDuration(etaSeconds * 1_000)} to go`;
  return `Reading the past: ${percent} %${eta}`;
}

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
