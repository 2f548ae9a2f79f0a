import type { Alert, Incident } from '../incidents/incident.ts';
import type { RowProperties } from '../values/table-row.ts';
import { normaliseMail } from './network-values.ts';
import { isBad, type Observable } from './observable.ts';

/** What an entry in the log of changes tells whoever looks for campaigns: with it, no row of the incident has to be read. */
export interface Told {
  /** Values that the version calls malicious or suspicious and that it brought or says otherwise, encoded as in the index. */
  bad: readonly string[];
  /** Values that it does not hold any more. */
  gone: readonly string[];
  /** Domains of the customer's own accounts and mailboxes. */
  ownDomains: readonly string[];
}

export const NOTHING_TOLD: Told = { bad: [], gone: [], ownDomains: [] };

const MAX_CHARS = 16_000;
const MAX_OWN_DOMAINS = 5;

/** `undefined` where it is too long for a row: the reader then asks the incident itself. No encoded value holds a space or a bar. */
export function packTold({ bad, gone, ownDomains }: Told): string | undefined {
  const text = [bad, gone, ownDomains].map((values) => values.join(' ')).join('|');
  return text.length <= MAX_CHARS ? text : undefined;
}

/** `undefined` where the entry does not say it, as those of before there were campaigns. */
export function readTold(row: RowProperties): Told | undefined {
  const text = row['told'];
  if (typeof text !== 'string') return undefined;
  const [bad = [], gone = [], ownDomains = []] = text
    .split('|')
    .map((part) => part.split(' ').filter((value) => value !== ''));
  return { bad, gone, ownDomains };
}

/** Everything bad that an incident holds. */
export function badValues(found: readonly Observable[]): string[] {
  return [...new Set(found.filter(({ verdict }) => isBad(verdict)).map(({ value }) => value))];
}

/** Of accounts in the customer's directory, and of its mailboxes: a sender from elsewhere has neither. */
export function ownDomains(incident: Incident, alerts: readonly Alert[]): string[] {
  const users = [incident, ...alerts].flatMap((one) => one.users).filter(({ aadUserId }) => aadUserId !== null);
  const mailboxes = alerts
    .flatMap(({ entities }) => entities)
    .filter(({ type }) => type.toLowerCase() === 'mailbox')
    .map(({ mailboxPrimaryAddress, mailboxAddress }) => mailboxPrimaryAddress ?? mailboxAddress);
  const addresses = [...users.map(({ userPrincipalName }) => userPrincipalName), ...mailboxes];
  const domains = addresses
    .map((address) => (typeof address === 'string' ? normaliseMail(address)?.domain : undefined))
    .filter((one) => one !== undefined);
  return [...new Set(domains)].sort().slice(0, MAX_OWN_DOMAINS);
}
