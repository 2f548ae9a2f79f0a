/** Addresses, names and links of networks, each in one spelling; `undefined` is what cannot be one. */
import { fold } from './fold.ts';

/** How analysts and mail gateways keep a link from being clicked: `hxxps[:]//evil[.]example`, `kim[at]contoso[dot]com`. */
export function refang(text: string): string {
  if (!DEFANGED.test(text)) return text;
  return text
    .replace(/^(\s*)hxxp(s?)(?=\W)/i, '$1http$2')
    .replace(/^(\s*)fxp(s?)(?=\W)/i, '$1ftp$2')
    .replace(/\[:\/\/\]|\[:\]\/\//g, '://')
    .replace(/\[:\]/g, ':')
    .replace(/[[({](?:\.|dot)[\])}]/gi, '.')
    .replace(/[[({](?:@|at)[\])}]/gi, '@')
    .replace(/\[\/\]/g, '/');
}

/** What every spelling of it has; evidence of a source has none. */
const DEFANGED = /[[({]|^\s*(?:hxxp|fxp)/i;

const IPV4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
/** `::ffff:192.0.2.1` as its canonical form prints it. */
const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** IPv4 as four numbers without leading zeros, IPv6 as RFC 5952 writes it; an IPv4 address within IPv6 is the IPv4 address. */
export function normaliseIp(text: string): string | undefined {
  const bare = refang(text).trim();
  if (IPV4.test(bare)) return bare.split('.').every((octet) => Number(octet) <= 255) ? bare : undefined;
  const inner = bare.replace(/^\[(.*)\]$/, '$1').replace(/%[\w.-]+$/, '');
  if (!/^[0-9a-f:.]+$/i.test(inner) || !inner.includes(':')) return undefined;
  const canonical = URL.parse(`http://[${inner}]/`)?.hostname.slice(1, -1);
  const mapped = canonical === undefined ? null : MAPPED_IPV4.exec(canonical);
  return mapped === null ? canonical : fromHextets(mapped[1] ?? '', mapped[2] ?? '');
}

function fromHextets(high: string, low: string): string {
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A name of at least two labels, in lower case and in the form that name servers know (`xn--…`): a look-alike of other letters is
 * another name.
 */
export function normaliseDomain(text: string): string | undefined {
  const host = normaliseHost(refang(text).trim().replace(/^\*\./, ''));
  if (host === undefined || !host.includes('.') || normaliseIp(host) !== undefined) return undefined;
  return /[a-z]/.test(host.slice(host.lastIndexOf('.'))) ? host : undefined;
}

/** A host's name, of one label too. Whatever characters it has, it is the name that name servers would be asked for. */
export function normaliseHost(text: string): string | undefined {
  const bare = text.toLowerCase().replace(/\.+$/, '');
  if (bare === '' || bare.length > 253 || /[\s/\\:@?#%[\]<>^|]|\p{Cc}/u.test(bare)) return undefined;
  const host = /^[\x21-\x7e]+$/.test(bare) ? bare : URL.parse(`http://${bare}/`)?.hostname;
  return host?.split('.').every((label) => LABEL.test(label)) === true ? host : undefined;
}

export interface Link {
  /** Without scheme, default port and a lone `/`: whoever asks for `http://` means the page, however it was fetched. */
  value: string;
  domain: string | undefined;
  ip: string | undefined;
}

const SCHEME = /^([a-z][a-z0-9+.-]{1,20}):\/\//i;

export function normaliseUrl(text: string): Link | undefined {
  const bare = refang(text).trim();
  const scheme = SCHEME.exec(bare)?.[1]?.toLowerCase();
  const isWeb = scheme === undefined || scheme === 'http' || scheme === 'https';
  // What has no scheme of the web is parsed as if it had one: only then are host and path brought into one form.
  const url = URL.parse(`http://${scheme === undefined ? bare : bare.slice(scheme.length + 3)}`);
  if (url === null || url.hostname === '') return undefined;
  const host = url.hostname.replace(/\.+$/, '');
  const ip = normaliseIp(host);
  const domain = normaliseDomain(host);
  if (ip === undefined && domain === undefined && normaliseHost(host) === undefined) return undefined;
  const port = url.port === '' || (scheme === 'https' && url.port === '443') ? '' : `:${url.port}`;
  const user = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : `:${url.password}`}@`;
  const path = `${url.pathname}${url.search}${url.hash}`;
  const shownHost = ip?.includes(':') === true ? `[${ip}]` : (ip ?? domain ?? host);
  return {
    value: `${isWeb ? '' : `${scheme}://`}${user}${shownHost}${port}${path === '/' ? '' : path}`,
    domain,
    ip,
  };
}

const ADDRESS = /^([^\s<>"@,;]{1,128})@([^\s<>"@,;]+)$/;

export interface MailAddress {
  value: string;
  domain: string | undefined;
}

/** `Kim <Kim@Contoso.com.>` → `kim@contoso.com`. */
export function normaliseMail(text: string): MailAddress | undefined {
  const bare = refang(text).trim();
  const parts = ADDRESS.exec(/<([^<>]+)>\s*$/.exec(bare)?.[1]?.trim() ?? bare);
  const host = normaliseHost(parts?.[2] ?? '');
  const name = fold(parts?.[1] ?? '');
  if (host === undefined || name === undefined) return undefined;
  return { value: `${name}@${host}`, domain: normaliseDomain(host) };
}
