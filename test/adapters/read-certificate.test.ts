import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import forge from 'node-forge';
import { generate } from 'selfsigned';
import { readCertificate } from '../../shared/adapters/credential/read-certificate.ts';
import { AppError } from '../../shared/errors.ts';

interface Pair {
  cert: string;
  private: string;
}

const PFX = 'application/x-pkcs12';
const NOT_AFTER = new Date('2027-06-30T12:00:00Z');

let ca: Pair;
let own: Pair;
let curve: Pair;

beforeAll(async () => {
  const common = { algorithm: 'sha256', notBeforeDate: new Date('2026-01-01T00:00:00Z') } as const;
  ca = await generate([{ name: 'commonName', value: 'CA' }], common);
  own = await generate([{ name: 'commonName', value: 'app' }], {
    ...common,
    notAfterDate: NOT_AFTER,
    ca: { key: ca.private, cert: ca.cert },
  });
  curve = await generate([{ name: 'commonName', value: 'curve' }], { ...common, keyType: 'ec' });
});

function toPfx(pair: Pair, chain: readonly Pair[], algorithm: 'aes256' | '3des', password = ''): string {
  const certificates = [pair, ...chain].map(({ cert }) => forge.pki.certificateFromPem(cert));
  const key = forge.pki.privateKeyFromPem(pair.private);
  const pfx = forge.pkcs12.toPkcs12Asn1(key, certificates, password, { algorithm });
  return forge.util.encode64(forge.asn1.toDer(pfx).getBytes());
}

function problemOf(value: string, contentType?: string): string {
  try {
    readCertificate(value, contentType, 'app-certificate');
  } catch (error) {
    if (error instanceof AppError) return `${error.blame} ${error.code} ${error.message}`;
  }
  throw new Error('The certificate was taken');
}

describe('readCertificate()', () => {
  test.each<[string, () => string, string | undefined]>([
    ['PEM, key first', () => `${own.private}\n${own.cert}\n${ca.cert}`, 'application/x-pem-file'],
    ['PEM, another certificate of the chain first', () => `${ca.cert}\n${own.cert}\n${own.private}`, undefined],
    ['a PFX', () => toPfx(own, [ca], 'aes256'), PFX],
    ['a PFX of the older kind', () => toPfx(own, [ca], '3des'), PFX],
    ['a PFX without a content type', () => toPfx(own, [ca], 'aes256'), undefined],
  ])("reads %s and puts the app's own certificate first", (_name, make, contentType) => {
    const { pem, notAfter } = readCertificate(make(), contentType, 'app-certificate');
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    const subjects = certificates.map((text) => new X509Certificate(text).subject);
    expect(subjects).toEqual(['CN=app', 'CN=CA']);
    expect(pem.startsWith('-----BEGIN PRIVATE KEY-----')).toBe(true);
    expect(notAfter).toEqual(NOT_AFTER);
  });

  test.each<[string, () => string, string]>([
    ['a client secret', () => 'canary8Q~secret', 'it is neither'],
    ['a PFX with a password', () => toPfx(own, [], 'aes256', 'password'), 'it is neither'],
    ['a certificate without its key', () => own.cert, 'there is none; the key must be exportable'],
    ['a key without its certificate', () => `${own.private}\n${ca.cert}`, 'it does not'],
    ['a key that Entra does not take', () => `${curve.private}\n${curve.cert}`, 'its type is ec'],
    ['a damaged key', () => own.private.replace('MII', 'AAA') + own.cert, 'it is not'],
    ['a damaged certificate', () => own.private + own.cert.replace('MII', 'AAA'), 'one is not'],
  ])('refuses %s without showing it', (_name, make, reason) => {
    const problem = problemOf(make());
    expect(problem).toContain(
      'partner certificate-unusable Cannot use the certificate app-certificate of the vault as',
    );
    expect(problem).toContain(reason);
    expect(problem).not.toMatch(/canary|BEGIN|MII/);
  });
});
