import { normaliseIp } from '../observables/network-values.ts';
import type { ObservableKind } from '../observables/observable.ts';

/** Why a value that many have is no campaign. */
export const LEFT_OUT_REASONS = [
  'private-address',
  'documentation-address',
  'microsoft-name',
  'microsoft-signed',
  'own-domain',
  'most-customers',
  'one-customer',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** IPv4 in first address and bits; RFC 1918, 1122, 3927, 6598, 5771, 5737. */
const PRIVATE_IPV4 = networks(
  '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 169.254.0.0/16 100.64.0.0/10 0.0.0.0/8 224.0.0.0/3',
);
const DOCUMENTATION_IPV4 = networks('192.0.2.0/24 198.51.100.0/24 203.0.113.0/24');
/** Canonical IPv6 of one machine, one link, one site, groups; RFC 4291 and 4193. */
const PRIVATE_IPV6 = /^(?:::1?$|fe[89ab][0-9a-f]:|f[cd][0-9a-f]{2}:|ff[0-9a-f]{2}:)/;
/** RFC 3849 and 9637. */
const DOCUMENTATION_IPV6 = /^(?:2001:db8:|3fff:)/;

/** Files that every Windows has and attackers use; their hashes are not left out, as anybody can name a file so. */
const MICROSOFT_FILES = new Set(
  [
    'bitsadmin certutil cmd conhost cscript csc curl dllhost explorer forfiles installutil msbuild mshta msiexec net net1',
    'notepad powershell powershell_ise pwsh reg regasm regsvr32 rundll32 sc schtasks services svchost taskhostw wmic wscript',
    'excel msedge msedgewebview2 olk onedrive onenote outlook powerpnt teams ms-teams winword',
  ]
    .join(' ')
    .split(' '),
);
/** Where only Microsoft itself puts something; hosts that customers of Microsoft fill are not among them. */
const MICROSOFT_DOMAINS = ['microsoft.com', 'microsoftonline.com', 'office.com', 'office365.com', 'windowsupdate.com'];

/** Why a value stands for nothing that only an attacker would have, as far as it says so itself. */
export function whyNoise(kinds: readonly ObservableKind[], value: string): LeftOutReason | undefined {
  const host = hostOf(kinds, value);
  const address = host === undefined ? undefined : normaliseIp(host);
  if (address !== undefined) return whyAddress(address);
  if (host !== undefined && isWithin(host, MICROSOFT_DOMAINS)) return 'microsoft-name';
  const isFile = kinds.every((kind) => kind === 'file-name' || kind === 'process');
  return isFile && MICROSOFT_FILES.has(value.replace(/\.exe$/, '')) ? 'microsoft-name' : undefined;
}

function whyAddress(address: string): LeftOutReason | undefined {
  const isIpv4 = !address.includes(':');
  const isOneOf = (ipv4: readonly Network[], ipv6: RegExp): boolean =>
    isIpv4 ? isInside(ipv4, address) : ipv6.test(address);
  if (isOneOf(PRIVATE_IPV4, PRIVATE_IPV6)) return 'private-address';
  return isOneOf(DOCUMENTATION_IPV4, DOCUMENTATION_IPV6) ? 'documentation-address' : undefined;
}

/** Domains from the value's own up to that of two labels, any of which may be a customer's. */
export function domainsOf(kinds: readonly ObservableKind[], value: string): string[] {
  const host = hostOf(kinds, value);
  if (host === undefined || normaliseIp(host) !== undefined) return [];
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

const HOLDS_ADDRESS: readonly ObservableKind[] = ['email-sender', 'email-recipient', 'mailbox', 'user'];

/** What of a value names a machine or a domain. */
function hostOf(kinds: readonly ObservableKind[], value: string): string | undefined {
  if (kinds.some((kind) => kind === 'ip' || kind === 'domain' || kind === 'device')) return value;
  if (kinds.some((kind) => HOLDS_ADDRESS.includes(kind))) return /@([^@]+)$/.exec(value)?.[1];
  if (!kinds.includes('url')) return undefined;
  const rest = value.replace(/^[a-z][a-z0-9+.-]*:\/\//, '').replace(/^[^/?#@]*@/, '');
  return /^(\[[^\]]+\]|[^/?#:]+)/.exec(rest)?.[1];
}

function isWithin(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

interface Network {
  first: number;
  size: number;
}

function networks(text: string): Network[] {
  return text.split(' ').map((one) => {
    const [address = '', bits = '32'] = one.split('/');
    return { first: toNumber(address), size: 2 ** (32 - Number(bits)) };
  });
}

const isInside = (ranges: readonly Network[], address: string): boolean => {
  const number = toNumber(address);
  return ranges.some(({ first, size }) => number >= first && number < first + size);
};

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** So few customers can share something without its being everybody's. */
const MOST_BEGINS_AT = 4;

/** More than half of all customers have it. */
export function isEverywhere(having: number, all: number): boolean {
  return having >= MOST_BEGINS_AT && having * 2 > all;
}

/** As the source names who signed a file. */
export const isSignedByMicrosoft = (signer: string | null): boolean => /^microsoft\b/i.test(signer ?? '');
