import { cleanText } from '../values/clean-text.ts';
import type { JsonValue } from '../values/json-value.ts';
import { rememberTexts } from '../values/remember-texts.ts';
import { fold } from './fold.ts';
import { normaliseDomain, normaliseHost, normaliseIp, normaliseMail, normaliseUrl } from './network-values.ts';
import type { ObservableKind } from './observable.ts';
import {
  isSid,
  normaliseAccount,
  normaliseFileName,
  normaliseGuid,
  normaliseHash,
  normaliseRegistryKey,
} from './other-values.ts';

export type NamedValue = readonly [kind: ObservableKind, value: string];

/** Longer ones are what nobody can ask for: a query has at most 2,000 characters. */
export const MAX_VALUE_CHARS = 2_000;
/** Evidence holds evidence: a malware its files, a session its host, a host its addresses. */
const MAX_DEPTH = 5;

export interface EvidenceValues {
  values: NamedValue[];
  /** Values that were too long, and what lay too deep. */
  leftOut: number;
}

type Fields = Readonly<Record<string, JsonValue>>;
type Reader = (text: string) => readonly (NamedValue | undefined)[];

/** The values that one entity names, wherever in it they stand. */
export function readEvidence(type: string, fields: Fields): EvidenceValues {
  const found: EvidenceValues = { values: [], leftOut: 0 };
  readFields(found, type.toLowerCase(), fields, MAX_DEPTH);
  return found;
}

function readFields(found: EvidenceValues, type: string, fields: Fields, depth: number): void {
  for (const [name, value] of Object.entries(fields)) readField(found, { type, name, depth }, value);
  found.values.push(...pairsOf(type, fields).filter((pair) => pair !== undefined));
}

interface Place {
  type: string;
  name: string;
  depth: number;
}

function readField(found: EvidenceValues, place: Place, value: JsonValue): void {
  if (Array.isArray(value)) {
    for (const one of value) readField(found, place, one);
  } else if (typeof value === 'object' && value !== null) {
    if (place.depth === 0) found.leftOut += 1;
    // What an entity holds is another thing than itself, and its field says which.
    else readFields(found, place.name.toLowerCase(), value, place.depth - 1);
  } else {
    readValue(found, FIELD_READERS.get(place.name), value);
    readValue(found, OWN_FIELD_READERS.get(`${place.type}.${place.name}`), value);
  }
}

function readValue(found: EvidenceValues, read: Reader | undefined, value: JsonValue): void {
  const text = read === undefined ? null : textOf(value);
  if (read === undefined || text === null) return;
  if (text.length > MAX_VALUE_CHARS) found.leftOut += 1;
  else found.values.push(...read(text).filter((one) => one !== undefined));
}

/** What two fields of one object say together. */
function pairsOf(type: string, fields: Fields): (NamedValue | undefined)[] {
  const text = (name: string): string => readShort(fields[name]);
  const account = text('accountName');
  const user = text('domainName') === '' ? fold(account) : normaliseAccount(text('domainName'), account);
  const key = text('registryKey');
  const hash = /^sha256ac|^sha|^md5/i.test(text('algorithm')) ? normaliseHash(text('value')) : undefined;
  return [
    account === '' || type === 'securitygroup' ? undefined : named('user', user),
    key === '' ? undefined : named('registry-key', normaliseRegistryKey(`${text('registryHive')}\\${key}`)),
    hash === undefined ? undefined : [hash.kind, hash.value],
  ];
}

/** Works in browsers too, which do not all know what else a text of JSON can hold. */
function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : cleanText(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function readShort(value: JsonValue | undefined): string {
  const text = textOf(value);
  return text === null || text.length > MAX_VALUE_CHARS ? '' : text;
}

const named = (kind: ObservableKind, value: string | undefined): NamedValue | undefined =>
  value === undefined ? undefined : [kind, value];

/** Assets come with every second incident, and an incident says each of them in several places: they are remembered. */
export const toDeviceName = rememberTexts((text) => normaliseHost(text) ?? fold(text));
export const toUserName = rememberTexts((text) => normaliseMail(text)?.value ?? fold(text));
export const toUserSid = rememberTexts((text) => (isSid(text) ? fold(text) : undefined));

const readHash: Reader = (text) => {
  const hash = normaliseHash(text);
  return [hash === undefined ? undefined : [hash.kind, hash.value]];
};
const readFile: Reader = rememberTexts((text) => [named('file-name', normaliseFileName(text))]);
const readIp: Reader = (text) => [named('ip', normaliseIp(text))];
const readUrl: Reader = (text) => {
  const link = normaliseUrl(text);
  return [named('url', link?.value), named('domain', link?.domain), named('ip', link?.ip)];
};
const readDomain: Reader = (text) => [named('domain', normaliseDomain(text))];
const readSender: Reader = (text) => {
  const address = normaliseMail(text);
  return [named('email-sender', address?.value), named('domain', address?.domain)];
};
const readRecipients: Reader = rememberTexts((text) =>
  text.split(/[;,]/).map((part) => named('email-recipient', normaliseMail(part)?.value)),
);
const readMailbox: Reader = rememberTexts((text) => [named('mailbox', normaliseMail(text)?.value)]);
const readUser: Reader = rememberTexts((text) => [named('user', toUserName(text))]);
const readSid: Reader = (text) => [named('user', toUserSid(text))];
const readUserId: Reader = (text) => [named('user', normaliseGuid(text))];
const readDevice: Reader = (text) => [named('device', toDeviceName(text))];
const readApp: Reader = (text) => [named('oauth-app', normaliseGuid(text) ?? fold(text))];
const readResource: Reader = (text) => [named('cloud-resource', fold(text))];

const FIELD_READERS = readersOf([
  [readHash, 'sha256 sha1 md5'],
  [readFile, 'fileName filePath parentProcessFileName'],
  [readIp, 'ipAddress ipAddresses senderIp senderIP lastIpAddress lastExternalIpAddress dnsServerIpAddress'],
  [readUrl, 'url urls webUrl baseUrl'],
  [readDomain, 'activeDirectoryDomainName'],
  [readSender, 'sender senderFromAddress p1SenderAddress p2SenderAddress'],
  [readRecipients, 'recipient recipients recipientEmailAddress suspiciousRecipients'],
  [(text) => [named('email-subject', fold(text))], 'subject'],
  [(text) => [named('network-message-id', fold(text))], 'networkMessageId networkMessageIds'],
  [readMailbox, 'mailboxAddress mailboxPrimaryAddress primaryAddress'],
  [readUser, 'userPrincipalName upn submitter'],
  [readSid, 'userSid sid onPremSecurityIdentifier'],
  [readUserId, 'aadUserId azureAdUserId externalDirectoryObjectId'],
  [readDevice, 'deviceId mdeDeviceId mdatpDeviceId aadDeviceId azureAdDeviceId deviceDnsName hostName deviceName'],
  [readApp, 'applicationId applicationName oAuthAppId'],
  [readResource, 'resourceId amazonResourceId fullResourceName'],
]);

/** Fields whose meaning depends on what they belong to. */
const OWN_FIELD_READERS = readersOf([
  [(text) => [named('process', normaliseFileName(text))], 'process.fileName process.parentProcessFileName'],
  [readDomain, 'dns.domainName'],
  [readSender, 'p1sender.emailAddress p2sender.emailAddress'],
  [readApp, 'oauthapplication.appId serviceprincipal.appId serviceprincipal.servicePrincipalName'],
  [readResource, 'containerregistry.registry registry.registry containerimage.imageId image.imageId'],
]);

function readersOf(table: readonly (readonly [Reader, names: string])[]): ReadonlyMap<string, Reader> {
  return new Map(table.flatMap(([reader, names]) => names.split(' ').map((name) => [name, reader] as const)));
}
