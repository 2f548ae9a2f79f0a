import { randomUUID, X509Certificate } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';

export interface LocalCertificates {
  caPem: string;
  certPem: string;
  keyPem: string;
}

const VALID_DAYS = 397; // browsers refuse server certificates that are valid for longer
const RENEW_DAYS_BEFORE = 14;
const DAY_MS = 86_400_000;
const BUNDLE_FILE = 'local-certificates.json';

/**
 * A CA and a server certificate for localhost and 127.0.0.1, kept in the folder and renewed 14 days before they end.
 * `ca.pem` beside them suits `NODE_EXTRA_CA_CERTS`. The CA's key is thrown away: nothing else can ever be signed with it.
 */
export async function ensureLocalCertificates(folder: string, nowMs = Date.now()): Promise<LocalCertificates> {
  const bundle = join(folder, BUNDLE_FILE);
  const known = await readBundle(bundle);
  if (known !== undefined && isCurrent(known, nowMs)) return known;
  await mkdir(folder, { recursive: true });
  const made = await createLocalCertificates();
  const draft = `${bundle}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 });
  const kept = await keepFirst(draft, bundle, known !== undefined, made);
  await writeFile(join(folder, 'ca.pem'), kept.caPem);
  return kept;
}

/** Made new and kept nowhere. */
export async function createLocalCertificates(): Promise<LocalCertificates> {
  // Hundreds of files, which a start that finds certificates does not need.
  const { generate } = await import('selfsigned');
  const notBeforeDate = new Date(Date.now() - DAY_MS);
  const notAfterDate = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const common = { keyType: 'ec', algorithm: 'sha256', notBeforeDate, notAfterDate } as const;
  // Of two trusted CAs with one name OpenSSL tries only the first: each gets a name of its own.
  const ca = await generate([{ name: 'commonName', value: `Incident collector local CA ${randomUUID()}` }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { caPem: ca.cert, certPem: server.cert, keyPem: server.private };
}

/** From here on every TLS client of this process trusts the CA too, whatever library it is. */
export function trustLocalCa(caPem: string): void {
  tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), caPem])]);
}

/** Of several processes that start at once, the first one's certificates are used by all. */
async function keepFirst(
  draft: string,
  bundle: string,
  isRenewal: boolean,
  made: LocalCertificates,
): Promise<LocalCertificates> {
  if (isRenewal) {
    await rename(draft, bundle);
    return made;
  }
  try {
    await link(draft, bundle);
    return made;
  } catch {
    const known = await readBundle(bundle);
    if (known !== undefined) return known;
    await rename(draft, bundle); // what lies there cannot be read
    return made;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readBundle(file: string): Promise<LocalCertificates | undefined> {
  try {
    const { caPem, certPem, keyPem } = JSON.parse(await readFile(file, 'utf8')) as Partial<LocalCertificates>;
    return caPem && certPem && keyPem ? { caPem, certPem, keyPem } : undefined;
  } catch {
    return undefined; // absent or damaged: both are answered by making new ones
  }
}

function isCurrent({ caPem, certPem }: LocalCertificates, nowMs: number): boolean {
  const [ca, cert] = [new X509Certificate(caPem), new X509Certificate(certPem)];
  const until = Math.min(ca.validToDate.getTime(), cert.validToDate.getTime());
  return until - nowMs > RENEW_DAYS_BEFORE * DAY_MS && cert.checkIssued(ca);
}
