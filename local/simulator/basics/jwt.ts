import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** So many are kept at most. */
const MOST_VERIFIED = 1_000;

export type Claims = Record<string, unknown>;

/** Signs and checks the simulator's own tokens; clients must not look at more than the claims, as with real ones. */
export interface TokenSigner {
  sign(claims: Claims): string;
  /** The claims if the signature is ours. */
  verify(token: string): Claims | undefined;
}

export function createTokenSigner(): TokenSigner {
  const key = randomBytes(32);
  /** A token comes with each of thousands of requests. */
  const verified = new Map<string, Claims | undefined>();
  const mac = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const header = encode({ typ: 'JWT', alg: 'HS256', kid: 'local-simulator' });
  return {
    sign(claims) {
      const content = `${header}.${encode(claims)}`;
      return `${content}.${mac(content).toString('base64url')}`;
    },
    verify(token) {
      if (verified.has(token)) return copyOf(verified.get(token));
      const [head = '', body = '', signature = ''] = token.split('.');
      const expected = mac(`${head}.${body}`);
      const given = Buffer.from(signature, 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const claims = readClaims(token);
      if (verified.size >= MOST_VERIFIED) verified.clear();
      verified.set(token, claims);
      return copyOf(claims);
    },
  };
}

const copyOf = (claims: Claims | undefined): Claims | undefined => claims && { ...claims };

/** The header of any JWT, unverified; `undefined` when it is none. */
export function readHeader(token: string): Claims | undefined {
  return readPart(token.split('.')[0]);
}

/** The claims of any JWT, unverified; `undefined` when it is none. */
export function readClaims(token: string): Claims | undefined {
  return readPart(token.split('.')[1]);
}

function readPart(part = ''): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined; // not a JWT
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
