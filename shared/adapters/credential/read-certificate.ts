import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { AppError } from '../../errors.ts';

export interface AppCertificate {
  /** The private key in PKCS #8, then the certificate that belongs to it, then the others of its chain. */
  pem: string;
  notAfter: Date;
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----/;
const PFX_TYPE = 'application/x-pkcs12';
/** The key bag without and with encryption. */
const KEY_BAGS = ['1.2.840.113549.1.12.10.1.1', '1.2.840.113549.1.12.10.1.2'];
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';

/**
 * Reads the value of a Key Vault certificate: PEM, or base64 of a PFX without a password. The SDK takes the first certificate for
 * the app's own, and either form may begin with another one of the chain. Errors say nothing about the value.
 */
export function readCertificate(value: string, contentType: string | undefined, name: string): AppCertificate {
  const isPfx = contentType === PFX_TYPE || !value.includes('-----BEGIN');
  const pem = isPfx ? pfxToPem(value, name) : value;
  const key = readKey(PRIVATE_KEY.exec(pem)?.[0], name);
  const all = readAll(pem.match(CERTIFICATES) ?? [], name);
  const own = all.find((certificate) => certificate.checkPrivateKey(key));
  if (own === undefined) throw unusable(name, 'it must hold the certificate that belongs to its key', 'it does not');
  // Entra takes signatures with RSA only.
  if (key.asymmetricKeyType !== 'rsa')
    throw unusable(name, 'its key must be an RSA key', `its type is ${key.asymmetricKeyType ?? 'unknown'}`);
  const ordered = [own, ...all.filter((certificate) => certificate !== own)].map((certificate) =>
    certificate.toString(),
  );
  return {
    pem: [key.export({ type: 'pkcs8', format: 'pem' }).toString(), ...ordered].join(''),
    notAfter: own.validToDate,
  };
}

function pfxToPem(base64: string, name: string): string {
  try {
    const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(forge.util.decode64(base64)), '');
    const bags = pfx.safeContents.flatMap(({ safeBags }) => safeBags);
    const keys = bags.filter(({ type }) => KEY_BAGS.includes(type)).map(({ key }) => key);
    const certificates = bags.filter(({ type }) => type === CERTIFICATE_BAG).map(({ cert }) => cert);
    return [
      ...keys.flatMap((key) => (key ? [forge.pki.privateKeyToPem(key)] : [])),
      ...certificates.filter((cert) => cert !== undefined).map((cert) => forge.pki.certificateToPem(cert)),
    ].join('');
  } catch {
    throw unusable(name, 'it must be PEM or a PFX without a password', 'it is neither');
  }
}

function readKey(pem: string | undefined, name: string): KeyObject {
  if (pem === undefined)
    throw unusable(name, 'it must hold its private key', 'there is none; the key must be exportable');
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusable(name, 'its private key must be readable', 'it is not');
  }
}

function readAll(pems: readonly string[], name: string): X509Certificate[] {
  try {
    return pems.map((pem) => new X509Certificate(pem));
  } catch {
    throw unusable(name, 'its certificates must be readable', 'one is not');
  }
}

function unusable(name: string, must: string, found: string): AppError {
  return new AppError('certificate-unusable', `Cannot use the certificate ${name} of the vault as ${must}: ${found}`);
}
