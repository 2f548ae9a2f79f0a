import type { BlindTenant } from '../../../shared/domain/views/coverage.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import { formatAgo, formatDuration, formatLocal } from '../model/format-time.ts';

export interface Freshness {
  kind: 'fresh' | 'silent' | 'failing' | 'reading' | 'blind' | 'waiting' | 'stopped';
  sentence: string;
  /** The failure of the last read, as the API describes it. */
  problem: string | undefined;
  /** The operator's next step. */
  action: string | undefined;
}

/** Why a tenant is blind, for the codes that are reasons; other codes are shown unchanged. */
const REASONS: Readonly<Record<string, string>> = {
  paused: 'collection is paused',
  pending: 'its consent is being proven',
  invited: 'its administrator has not consented yet',
  'awaiting-approval': 'it waits for your approval',
  'consent-missing': 'consent withdrawn or never given',
  'consent-declined': 'consent declined',
  'not-licensed': 'it has no license for Defender',
  unreachable: 'Microsoft does not let us read it',
  deleted: 'it was deleted here',
  purging: 'its data is being erased',
  'first-read': 'its first read is under way',
  stale: 'no complete read since then',
  'catching-up': 'it is being read and has not caught up',
  'tenant-state-missing': 'its registration is broken',
  'not-registered': 'it is not registered',
};

type Names = Pick<BlindTenant, 'tenantId' | 'tenantName'>;

/** What an operator does about it, if the reason does not say so; a customer's card has the API's own advice. */
const REMEDIES: Readonly<Record<string, string>> = {
  'consent-missing': 'Send a new link',
  'consent-declined': 'Send a new link',
  'tenant-state-missing': 'Register it again',
};

export const remedyOf = (code: string): string | undefined => REMEDIES[code];

/** The part of a sentence that says why. */
export function reasonOf(code: string): string {
  return REASONS[code] ?? code.replaceAll('-', ' ');
}

/**
 * "blind since 09:12: consent withdrawn …"; without a time it was never complete. A customer that is not read on purpose is not
 * blind.
 */
export function blindSentence({ since, until, code, kind }: Omit<BlindTenant, keyof Names>, nowMs: number): string {
  if (kind !== 'blind' && until === null) return reasonOf(code);
  if (since !== null && until !== null)
    return `was blind from ${formatLocal(since, nowMs)} to ${formatLocal(until, nowMs)}: ${reasonOf(code)}`;
  const start = since === null ? 'not read whole yet' : `blind since ${formatLocal(since, nowMs)}`;
  return `${start}: ${reasonOf(code)}`;
}

/** One sentence about how complete a customer's data is; the API decides who is blind, and whether on purpose. */
export function freshnessOf(tenant: BoardTenant, nowMs: number): Freshness {
  const { status, completeThrough, lastError, backfill, blind, silence } = tenant;
  const plain = { problem: undefined, action: undefined };
  if (status === 'invited' || status === 'awaiting-approval')
    return { kind: 'waiting', sentence: capital(reasonOf(status)), ...plain };
  if (blind?.kind === 'stopped') return { kind: 'stopped', sentence: stoppedSentence(blind, nowMs), ...plain };
  if (blind?.kind === 'reading') return { kind: 'reading', sentence: toReadingSentence(backfill), ...plain };
  const failure = { problem: lastError?.message, action: lastError?.action };
  if (blind !== undefined) return { kind: 'blind', sentence: capital(blindSentence(blind, nowMs)), ...failure };
  if (completeThrough === null) return { kind: 'reading', sentence: toReadingSentence(backfill), ...failure };
  const point = `Complete up to ${formatLocal(completeThrough, nowMs)}, ${formatAgo(completeThrough, nowMs)}`;
  if (lastError === null && silence !== null)
    return { kind: 'silent', sentence: `${point}, and silent: ${silenceSentence(silence)}`, ...plain };
  if (lastError === null) return { kind: 'fresh', sentence: point, ...plain };
  const since = lastError.since === null ? '' : ` since ${formatLocal(lastError.since, nowMs)}`;
  return {
    kind: 'failing',
    sentence: `${point}, but reading it fails${since}: ${reasonOf(lastError.code)}`,
    ...failure,
  };
}

/** "nothing new for 9 d 3 h, which is more than three times as long as it is usually quiet (6 h)". */
export function silenceSentence({ seconds, usualPauseSeconds }: NonNullable<TenantView['silence']>): string {
  const [pause, usual] = [seconds, usualPauseSeconds].map((one) => formatDuration(one * 1_000));
  return `nothing new for ${pause}, and usually it is quiet for ${usual} at most`;
}

function stoppedSentence({ since, code }: BlindTenant, nowMs: number): string {
  const end = since === null ? '' : `; complete up to ${formatLocal(since, nowMs)}`;
  return `Not collected: ${reasonOf(code)}${end}`;
}

const toReadingSentence = (backfill: TenantView['backfill']): string =>
  backfill === null ? 'Its first read begins with the next tick' : readingSentence(backfill);

export function readingSentence({ percent, etaSeconds }: NonNullable<TenantView['backfill']>): string {
  const left =
    etaSeconds === null || etaSeconds < 60 ? 'under a minute' : `about ${formatDuration(etaSeconds * 1_000)}`;
  const eta = etaSeconds === null ? '' : `, ${left} to go`;
  return `Reading the past: ${percent} %${eta}`;
}

export const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
