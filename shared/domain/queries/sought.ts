import { AppError } from '../../errors.ts';
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
  fold,
  isSid,
  normaliseAccount,
  normaliseFileName,
  normaliseGuid,
  normaliseHash,
  normaliseRegistryKey,
  titleWords,
} from '../observables/other-values.ts';
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

/** These are typed by their beginning; words of titles too. */
const PREFIX_KINDS: readonly ObservableKind[] = ['domain', 'device', 'user', 'file-name'];
/** What one word without any mark of its own may be the beginning of. */
const WORD_KINDS: readonly ObservableKind[] = [
  ...PREFIX_KINDS,
  'process',
  'oauth-app',
  'cloud-resource',
  'alert-title',
];
const MAIL_KINDS: readonly ObservableKind[] = ['user', 'mailbox', 'email-sender', 'email-recipient'];
const GUID_KINDS: readonly ObservableKind[] = ['user', 'device', 'oauth-app', 'network-message-id'];

/** Reads what somebody typed, as the given kind or as what it looks like; what is no known kind is looked for in titles. */
export function readSought(text: string, kind?: ObservableKind): Sought {
  const typed = text.trim();
  if (typed === '') throw badQuery(text, 'it may not be empty');
  if (typed.length > MAX_QUERY_CHARS) throw badQuery(text, `at most ${MAX_QUERY_CHARS} characters are allowed`);
  if (kind !== undefined) return readAs(typed, kind);
  return readPortalLink(typed) ?? readMarked(typed) ?? readWords(typed);
}

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
  if (/^#?\d{1,19}$/.test(text)) return exactly(text.replace('#', ''), 'incident');
  if (/^[0-9a-f]{24,}$/i.test(text)) return readTypedHash(text);
  if (isLikeIp(text)) return readAs(text.replace(/^(\d+(?:\.\d+){3}):\d{1,5}$/, '$1'), 'ip');
  const guid = normaliseGuid(text);
  if (guid !== undefined) return exactly(guid, ...GUID_KINDS);
  if (isSid(text)) return exactly(text.toLowerCase(), 'user');
  if (/^(?:hk[a-z]{1,2}:?|hkey_\w+)[\\/]/i.test(text)) return readAs(text, 'registry-key');
  if (/^\/subscriptions\/|^arn:|^\/\/\w+\.googleapis\.com\//i.test(text)) return readAs(text, 'cloud-resource');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readAs(text, 'url');
  if (/\s/.test(text)) return undefined;
  if (text.includes('@')) return readTypedMail(text);
  // A path keeps what was typed: brackets in the name of a file are its own.
  if (/^(?:[a-z]:[\\/]|[\\/]{1,2})/i.test(typed)) return readAs(typed, 'file-name');
  const [domain = '', account, ...more] = text.split('\\');
  if (account !== undefined)
    return more.length > 0 ? readAs(typed, 'file-name') : readAs(`${domain}\\${account}`, 'user');
  return text.includes('/') ? readAs(text, 'url') : undefined;
}

function readTypedHash(text: string): Sought {
  const hash = normaliseHash(text);
  if (hash === undefined)
    throw badQuery(text, `${text.length} hexadecimal digits are no hash: MD5 has 32, SHA-1 40, SHA-256 64`);
  // A device's id at Defender has as many digits as a SHA-1.
  return hash.kind === 'file-sha1' ? exactly(hash.value, hash.kind, 'device') : exactly(hash.value, hash.kind);
}

function isLikeIp(text: string): boolean {
  return (
    /^\d+(?:\.\d+){3}(?::\d{1,5})?$/.test(text) || /^\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*\]?(?:%[\w.-]+)?$/i.test(text)
  );
}

function readTypedMail(text: string): Sought | undefined {
  const address = normaliseMail(text);
  if (address !== undefined) return { kinds: MAIL_KINDS, value: address.value, isPrefix: true, words: [] };
  return /^[^@]+@$/.test(text)
    ? { kinds: MAIL_KINDS, value: text.toLowerCase(), isPrefix: true, words: [] }
    : undefined;
}

/** One word may begin a name or a word of a title; several are words of a title. */
function readWords(typed: string): Sought {
  const words = titleWords(typed);
  const text = refang(typed);
  if (!/\s/.test(text)) {
    const name = normaliseHost(text);
    // Other letters than ASCII are spelt otherwise in the name of a domain than in a title or the name of a file.
    if (name !== undefined && name.includes('.') && /[^\x21-\x7e]/.test(text)) return exactly(name, 'domain');
    const value = name !== undefined && name.includes('.') ? name : (fold(text) ?? text);
    return { kinds: WORD_KINDS, value, isPrefix: true, words: words.length === 0 ? [value] : words };
  }
  const [longest] = words.toSorted((a, b) => b.length - a.length);
  if (longest === undefined)
    throw badQuery(
      typed,
      'it has no word of three letters that says something: name a value, or another word of the title',
    );
  return { kinds: ['alert-title'], value: longest, isPrefix: true, words };
}

/** As the kind that was asked for. */
function readAs(typed: string, kind: ObservableKind): Sought {
  if (kind === 'alert-title') return { ...readWords(`${typed} `), kinds: [kind] };
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

export function readKind(text: string): ObservableKind | undefined {
  return OBSERVABLE_KINDS.find((kind) => kind === text.toLowerCase());
}

function badQuery(value: string, wanted: string): AppError {
  return new AppError('bad-parameter', `Cannot read parameter "q" as ${wanted}: current value is ${quote(value)}`);
}
