import type { Ticks } from '../values/ticks.ts';

/** What an incident can be found by, by the field's standard names. */
export const OBSERVABLE_KINDS = [
  'file-sha256',
  'file-sha1',
  'file-md5',
  'file-name',
  'ip',
  'url',
  'domain',
  'email-sender',
  'email-recipient',
  'email-subject',
  'network-message-id',
  'mailbox',
  'user',
  'device',
  'process',
  'registry-key',
  'oauth-app',
  'cloud-resource',
  'alert-title',
  'incident',
] as const;

export type ObservableKind = (typeof OBSERVABLE_KINDS)[number];

/** One value that an incident's evidence holds, normalised; what several alerts say of it is joined. */
export interface Observable {
  kind: ObservableKind;
  value: string;
  /** Of the most telling alert that has it; `null` where the incident itself says it. */
  alertId: string | null;
  /** The worst that an alert says of it, in the source's word. */
  verdict: string | null;
  /** From the same evidence as the verdict. */
  remediation: string | null;
  firstSeen: Ticks | undefined;
  lastSeen: Ticks | undefined;
}

const RANK_OF_SUSPICIOUS = 1;
const RANKS: ReadonlyMap<string | null, number> = new Map([
  ['malicious', 0],
  ['suspicious', RANK_OF_SUSPICIOUS],
  ['noThreatsFound', 3],
  ['clean', 3],
]);
const RANK_OF_OTHERS = 2;

/** The worst first; a word that we do not know ranks with `unknown`. */
export function verdictRank(verdict: string | null): number {
  return RANKS.get(verdict) ?? RANK_OF_OTHERS;
}

/** Malicious or suspicious. */
export const isBad = (verdict: string | null): boolean => verdictRank(verdict) <= RANK_OF_SUSPICIOUS;
