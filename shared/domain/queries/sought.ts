import { AppError } from '../../errors.ts';
import { fold } from '../observables/fold.ts';
import {
  normaliseDomain,
  normaliseHost,
  normaliseIp,
  normaliseMail,
  normaliseUrl,
  refang,
} from '../observables/network-values.ts';
import { OBSERVABLE_KINDS, type ObservableKind } from '../observables/observable.ts';
import {
  isSid,
  normaliseAccount,
  normaliseFileName,
  normaliseGuid,
  normaliseHash,
  normaliseRegistryKey,
  titleWords,
} from '../observables/other-values.ts';
import { isBeginning } from '../rows/row-keys.ts';
import { cleanText } from '../values/clean-text.ts';
import { quote } from '../values/quote.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';

/** What a query was understood as. */
export interface Sought {
  /** In which kinds it is looked for; the answer names them. */
  kinds: readonly ObservableKind[];
  /** Normalised, as the index has it; of several words the longest. */
  value: string;
  /** Values that begin so are found too, exact ones before them. */
  isPrefix: boolean;
  /** Each has to begin a word of the title; empty where no title is looked at. */
  words: readonly string[];
  /** Named by a link into the portal. */
  tenantId?: TenantId;
}

export const MAX_QUERY_CHARS = 2_000;

/** These are typed by their beginning; words of titles too. Of a link what follows differs from victim to victim. */
const PREFIX_KINDS: readonly ObservableKind[] = ['domain', 'device', 'user', 'file-name', 'url'];
/** What one text without any mark of its own may be the beginning of. */
const NAME_KINDS: readonly ObservableKind[] = [
  'domain',
  'device',
  'user',
  'file-name',
  'process',
  'oauth-app',
  'cloud-resource',
];
const MAIL_KINDS: readonly ObservableKind[] = ['user', 'mailbox', 'email-sender', 'email-recipient'];
const GUID_KINDS: readonly ObservableKind[] = ['user', 'device', 'oauth-app', 'network-message-id'];

/**
 * Reads what somebody typed, as the given kind, as the kind that it names (`file-name: My file.pdf`) or as what it looks like; what is
 * no known kind is looked for in titles. It does not claim more than the index can tell: a beginning that is too long is looked for
 * as a whole value.
 */
export function readSought(text: string, kind?: ObservableKind): Sought {
  // Stored values are cleaned the same way.
  const typed = cleanText(text).trim();
  if (typed === '') throw badQuery(text, 'it may not be empty');
  if (typed.length > MAX_QUERY_CHARS) throw badQuery(text, `at most ${MAX_QUERY_CHARS} characters are allowed`);
  const sought = kind === undefined ? readTyped(typed) : readAs(typed, kind);
  return { ...sought, isPrefix: sought.isPrefix && isBeginning(sought.value) };
}

function readTyped(typed: string): Sought {
  const named = readNamed(typed);
  if (named !== undefined) return named;
  const bare = unwrap(typed);
  return readPortalLink(bare) ?? readMarked(bare) ?? readWords(bare);
}

/** As reports write hashes. */
const OTHER_NAMES: ReadonlyMap<string, ObservableKind> = new Map([
  ['sha256', 'file-sha256'],
  ['sha-256', 'file-sha256'],
  ['sha1', 'file-sha1'],
  ['sha-1', 'file-sha1'],
  ['md5', 'file-md5'],
]);

function readNamed(typed: string): Sought | undefined {
  const [, name = '', value = ''] = /^([a-z][a-z\d-]+):\s*(?!\/\/)(\S.*)$/is.exec(typed) ?? [];
  const word = name.toLowerCase();
  const kind = OBSERVABLE_KINDS.find((known) => known === word) ?? OTHER_NAMES.get(word);
  return kind === undefined ? undefined : readAs(value, kind);
}

/** Without what stands around a value in a sentence: `"evil.example",`, `(203.0.113.4).` */
function unwrap(typed: string): string {
  const bare = typed.replace(/^["'“„‘«]+|["'”“’»]*[.,;]*$/gu, '').replace(BRACKETS, '$1$2$3$4');
  return bare === '' ? typed : bare;
}

const BRACKETS = /^(?:\(([^()]*)\)|\[([^[\]]*)\]|<([^<>]*)>|\{([^{}]*)\})$/;

function exactly(value: string, ...kinds: readonly ObservableKind[]): Sought {
  return { kinds, value, isPrefix: false, words: [] };
}

/** The portal's paths so far: /incidents/1, /incident2/1/overview. */
const PORTAL_LINK = /^https:\/\/security\.(?:microsoft\.(?:com|us)|apps\.mil)\/incidents?2?\/([^/?#]+)/i;

function readPortalLink(typed: string): Sought | undefined {
  const incidentId = PORTAL_LINK.exec(typed)?.[1];
  if (incidentId === undefined) return undefined;
  const tenantId = readTenantId(URL.parse(typed)?.searchParams.get('tid'));
  return { ...exactly(unescapeId(incidentId), 'incident'), ...(tenantId !== undefined && { tenantId }) };
}

function unescapeId(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch (error) {
    if (error instanceof URIError) return escaped;
    throw error;
  }
}

/** What shows by its form what it is. */
function readMarked(typed: string): Sought | undefined {
  const text = refang(typed);
  if (/^#\d{1,19}$/.test(text)) return exactly(text.slice(1), 'incident');
  // Accounts and devices have numbers for names too.
  if (/^\d{1,19}$/.test(text)) return exactly(text, 'incident', 'user', 'device');
  if (/^[0-9a-f]{24,}$/i.test(text)) return readTypedHash(text);
  if (isLikeIp(text)) return readAs(text.replace(PORT, '$1'), 'ip');
  if (NETWORK.test(text))
    throw badQuery(typed, 'a network is no address: name one address, or its beginning (203.0.113)');
  if (/^\d{1,3}(?:\.\d{1,3}){1,2}\.?$/.test(text)) return beginning(text, [...NAME_KINDS, 'ip', 'alert-title']);
  const guid = normaliseGuid(text);
  if (guid !== undefined) return exactly(guid, ...GUID_KINDS);
  if (isSid(text)) return exactly(text.toLowerCase(), 'user');
  if (/^(?:hk[a-z]{1,2}:?|hkey_\w+)[\\/]/i.test(text)) return readAs(text, 'registry-key');
  if (/^\/subscriptions\/|^arn:|^\/\/\w+\.googleapis\.com\//i.test(text)) return readAs(text, 'cloud-resource');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readTypedUrl(text);
  if (/\s/.test(text)) return undefined;
  if (text.startsWith('@') && normaliseDomain(text.slice(1)) !== undefined) return readAs(text.slice(1), 'domain');
  if (text.includes('@')) return readTypedMail(text);
  // A path keeps what was typed: brackets in the name of a file are its own.
  if (/^(?:[a-z]:[\\/]|[\\/]{1,2})/i.test(typed)) return readAs(typed, 'file-name');
  const [domain = '', account, ...more] = text.split('\\');
  if (account !== undefined)
    return more.length > 0 ? readAs(typed, 'file-name') : readAs(`${domain}\\${account}`, 'user');
  return text.includes('/') ? readTypedUrl(text) : undefined;
}

/** A link to no page means the host too. */
function readTypedUrl(text: string): Sought {
  const link = normaliseUrl(text);
  const sought = readAs(text, 'url');
  if (link?.value === link?.ip) return { ...sought, kinds: ['url', 'ip'] };
  return link?.value === link?.domain ? { ...sought, kinds: ['url', 'domain'] } : sought;
}

function readTypedHash(text: string): Sought {
  const hash = normaliseHash(text);
  if (hash === undefined)
    throw badQuery(text, `${text.length} hexadecimal digits are no hash: MD5 has 32, SHA-1 40, SHA-256 64`);
  // A device's id at Defender has as many digits as a SHA-1.
  return hash.kind === 'file-sha1' ? exactly(hash.value, hash.kind, 'device') : exactly(hash.value, hash.kind);
}

const PORT = /^(\d+(?:\.\d+){3}|\[[^\]]*\]):\d{1,5}$/;
const NETWORK = /^(?:\d+(?:\.\d+){3}|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)\/\d{1,3}$/i;

function isLikeIp(text: string): boolean {
  const bare = text.replace(PORT, '$1');
  return /^\d+(?:\.\d+){3}$/.test(bare) || /^\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*\]?(?:%[\w.-]+)?$/i.test(bare);
}

function readTypedMail(text: string): Sought | undefined {
  const address = normaliseMail(text);
  if (address !== undefined) return { kinds: MAIL_KINDS, value: address.value, isPrefix: true, words: [] };
  return /^[^@]+@$/.test(text)
    ? { kinds: MAIL_KINDS, value: fold(text) ?? text, isPrefix: true, words: [] }
    : undefined;
}

/** One text may begin a name or a word of a title; several are words of a title. */
function readWords(typed: string): Sought {
  const text = refang(typed);
  if (/\s/.test(text)) return readTitle(typed);
  const name = normaliseHost(text);
  const isDomain = name?.includes('.') === true;
  // Other letters than ASCII are spelt otherwise in the name of a domain than in a title or the name of a file.
  if (isDomain && /[^\x21-\x7e]/.test(text) && !FILE_END.test(text)) return exactly(name, 'domain');
  const value = isDomain && !FILE_END.test(text) ? name : (fold(text) ?? text);
  return beginning(value, WORD.test(value) ? [...NAME_KINDS, 'alert-title'] : NAME_KINDS);
}

/** No domain ends so. */
const FILE_END =
  /\.(?:7z|bat|chm|cmd|dll|docm?|docx|dotm|eml|exe|hta|html?|img|iso|jar|jpe?g|jse?|lnk|msi|msg|one|pdf|png|pptm?|pptx|ps1|rar|rtf|scr|svg|txt|vb[es]|vhdx?|ws[fh]|xlam|xl[ls]|xls[bmx]|xml|zip)$/i;
/** What of a title is a word of the index: no other text may say that it was looked for there. */
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

function beginning(value: string, kinds: readonly ObservableKind[]): Sought {
  return { kinds, value, isPrefix: true, words: kinds.includes('alert-title') ? [value] : [] };
}

/** By the longest word that may be typed by its beginning; one that is too long for that has to be whole. */
function readTitle(typed: string): Sought {
  const words = titleWords(typed);
  const byLength = words.toSorted((a, b) => b.length - a.length);
  const value = byLength.find(isBeginning) ?? byLength[0];
  if (value === undefined)
    throw badQuery(
      typed,
      'it has no word of three letters that says something: name a value, or another word of the title',
    );
  return { kinds: ['alert-title'], value, isPrefix: true, words };
}

/** As the kind that was asked for. */
function readAs(typed: string, kind: ObservableKind): Sought {
  if (kind === 'alert-title') return readTitle(typed);
  const value = VALUE_READERS[kind](typed);
  if (value === undefined) throw badQuery(typed, `it must be ${WANTED[kind] ?? `a value of kind ${kind}`}`);
  return { kinds: [kind], value, isPrefix: PREFIX_KINDS.includes(kind), words: [] };
}

const hashReader = (kind: ObservableKind) => (text: string) => {
  const hash = normaliseHash(text);
  return hash?.kind === kind ? hash.value : undefined;
};
const mailReader = (text: string): string | undefined => normaliseMail(text)?.value;

const VALUE_READERS: Readonly<Record<Exclude<ObservableKind, 'alert-title'>, (text: string) => string | undefined>> = {
  'file-sha256': hashReader('file-sha256'),
  'file-sha1': hashReader('file-sha1'),
  'file-md5': hashReader('file-md5'),
  'file-name': normaliseFileName,
  ip: normaliseIp,
  url: (text) => normaliseUrl(text)?.value,
  domain: (text) => normaliseDomain(text) ?? normaliseHost(refang(text).trim()),
  'email-sender': mailReader,
  'email-recipient': mailReader,
  'email-subject': fold,
  'network-message-id': fold,
  mailbox: mailReader,
  user: readUser,
  device: (text) => normaliseHost(text.trim()) ?? fold(text),
  process: normaliseFileName,
  'registry-key': normaliseRegistryKey,
  'oauth-app': (text) => normaliseGuid(text) ?? fold(text),
  'cloud-resource': fold,
  incident: (text) => text.replace(/^#/, ''),
};

function readUser(text: string): string | undefined {
  const [domain, account] = text.split('\\');
  if (account !== undefined) return normaliseAccount(domain ?? '', account);
  return normaliseMail(text)?.value ?? normaliseGuid(text) ?? fold(text);
}

const WANTED: Partial<Record<ObservableKind, string>> = {
  'file-sha256': 'a SHA-256: 64 hexadecimal digits',
  'file-sha1': 'a SHA-1: 40 hexadecimal digits',
  'file-md5': 'an MD5: 32 hexadecimal digits',
  ip: 'an IPv4 address of four numbers from 0 to 255, or an IPv6 address',
  url: 'a URL such as https://example.com/path',
  domain: 'a domain such as example.com',
  'email-sender': 'an address such as kim@example.com',
  'email-recipient': 'an address such as kim@example.com',
  mailbox: 'an address such as kim@example.com',
};

function badQuery(value: string, wanted: string): AppError {
  return new AppError('bad-parameter', `Cannot read parameter "q" as ${wanted}: current value is ${quote(value)}`);
}
