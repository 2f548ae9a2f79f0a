import type { User } from '../incidents/incident.ts';
import { toOpenWord } from '../incidents/vocabulary.ts';
import { compareText } from '../values/compare-text.ts';
import { readFirstText, readObject, readTextList, type JsonObject } from '../values/read-value.ts';

/**
 * Entities that represent a person, in lower case. A mailbox counts as its owner, whether one person's or shared: in a phishing
 * incident no entity of type User names the affected users. A logon session counts as the user who logged on. A security group
 * is not a person; a person that its entity also names is one. An entity that merely mentions an account represents nobody: a
 * process names the account that it ran under, which is often the system's own.
 */
const PERSON_TYPES = [
  'user',
  'account',
  'mailbox',
  'mailboxconfiguration',
  'cloudlogonsession',
  'hostlogonsession',
  'securitygroup',
];
/** Messages affect their recipients, never their senders. */
const MESSAGE_TYPES = ['mailmessage', 'analyzedmessage', 'submissionmail', 'teamsmessage'];
/** Their display name is the group's. */
const NAMED_FOR_THEMSELVES = ['securitygroup'];

const PRINCIPAL_NAMES = ['userPrincipalName', 'upn'];
const MAIL_ADDRESSES = ['mailboxAddress', 'mailboxPrimaryAddress', 'primaryAddress'];
const DISPLAY_NAMES = ['displayName', 'mailboxDisplayName'];
const RECIPIENTS = ['recipient', 'recipientEmailAddress', 'recipients', 'suspiciousRecipients'];

/** By what else an incident's entities know the users that have a principal name: their addresses and display names. */
export interface UserAliases {
  /** In lower case → principal name. */
  addresses: ReadonlyMap<string, string>;
  displayNames: ReadonlyMap<string, string>;
}

/** What these entities say of one person in two ways; what they say of two people is no alias. */
export function readUserAliases(entities: readonly JsonObject[]): UserAliases {
  const people = entities.filter((entity) => isOneOf(PERSON_TYPES, entity)).map(readPerson);
  const addresses = uniqueAliases(
    people.flatMap(({ principalName, addresses: own }) =>
      principalName === null ? [] : own.map((address) => [address, principalName] as const),
    ),
  );
  // A user who signs in with a name is the same as the one who gets mail under it.
  for (const { principalName } of people) if (principalName !== null) addresses.delete(principalName.toLowerCase());
  const displayNames = uniqueAliases(
    people.flatMap((person) => {
      const name = nameOf(person, addresses);
      return person.displayName === null || name === null ? [] : [[person.displayName, name] as const];
    }),
  );
  return { addresses, displayNames };
}

/** The affected users that an entity represents, each named as in the incident's other entities. */
export function toUsers(entity: JsonObject, aliases: UserAliases): User[] {
  if (isOneOf(MESSAGE_TYPES, entity)) return toRecipients(entity, aliases);
  const user = isOneOf(PERSON_TYPES, entity) ? toPerson(entity, aliases) : undefined;
  return user === undefined ? [] : [user];
}

/** In whose mailbox it lies says the message itself; a recipient can be a list of many. */
function toRecipients(entity: JsonObject, aliases: UserAliases): User[] {
  const owner = readFirstText(entity, ...PRINCIPAL_NAMES);
  const recipients = RECIPIENTS.flatMap((field) => readTextList(entity[field])).flatMap(splitAddresses);
  const names = owner === null ? recipients : [owner];
  return names.map((name) => ({ ...NOBODY, userPrincipalName: resolveAddress(name, aliases.addresses) }));
}

/** `Kim <kim@contoso.com>; lee@contoso.com`; a part that is no address names nobody. */
function splitAddresses(text: string): string[] {
  return text.split(/[;,]/).flatMap((part) => /[^\s<>"]+@[^\s<>"]+/.exec(part)?.[0] ?? []);
}

const NOBODY: User = { accountName: null, domainName: null, userPrincipalName: null, aadUserId: null, sid: null };

function toPerson(entity: JsonObject, aliases: UserAliases): User | undefined {
  const person = readPerson(entity);
  const { displayName } = person;
  const user = { ...person.user, userPrincipalName: nameOf(person, aliases.addresses) };
  if ((user.accountName ?? user.userPrincipalName ?? user.aadUserId ?? user.sid) !== null) return user;
  if (displayName === null) return undefined;
  const known = aliases.displayNames.get(displayName.toLowerCase());
  return known === undefined ? { ...user, accountName: displayName } : { ...user, userPrincipalName: known };
}

/** An address replaces a missing principal name. */
function nameOf({ principalName, addresses: [address] }: Person, aliases: ReadonlyMap<string, string>): string | null {
  const name = principalName ?? address;
  return name === undefined ? null : resolveAddress(name, aliases);
}

interface Person {
  principalName: string | null;
  addresses: string[];
  displayName: string | null;
  user: User;
}

/** An entity has its account's fields in itself (Defender) or one or two levels below (Graph's words). */
function readPerson(entity: JsonObject): Person {
  const account = readObject(entity['account']) ?? entity;
  const places = [entity, account, readObject(account['userAccount']) ?? account];
  const read = (...names: string[]): string | null =>
    places.map((place) => readFirstText(place, ...names)).find((text) => text !== null) ?? null;
  const addresses = MAIL_ADDRESSES.map((name) => read(name)).filter((address) => address !== null);
  return {
    principalName: read(...PRINCIPAL_NAMES),
    addresses: addresses.map((address) => splitAddresses(address)[0] ?? address),
    displayName: isOneOf(NAMED_FOR_THEMSELVES, entity) ? null : read(...DISPLAY_NAMES),
    user: {
      ...NOBODY,
      accountName: read('accountName'),
      domainName: read('domainName'),
      aadUserId: read('aadUserId', 'azureAdUserId', 'externalDirectoryObjectId'),
      sid: read('userSid', 'sid'),
    },
  };
}

function isOneOf(types: readonly string[], entity: JsonObject): boolean {
  const type = toOpenWord(readFirstText(entity, 'entityType', 'type'))?.toLowerCase();
  return type !== undefined && types.includes(type);
}

function resolveAddress(name: string, addresses: ReadonlyMap<string, string>): string {
  return addresses.get(name.toLowerCase()) ?? name;
}

/** Without those that two people share; of two spellings of one name the first in order, whatever came first. */
function uniqueAliases(pairs: readonly (readonly [alias: string, name: string])[]): Map<string, string> {
  const unique = new Map<string, string>();
  const shared = new Set<string>();
  for (const [alias, name] of pairs) {
    const key = alias.toLowerCase();
    const known = unique.get(key) ?? name;
    if (known.toLowerCase() !== name.toLowerCase()) shared.add(key);
    unique.set(key, compareText(known, name) < 0 ? known : name);
  }
  for (const key of shared) unique.delete(key);
  return unique;
}
