import { createHash, verify, X509Certificate } from 'node:crypto';
import { readClaims, readHeader, type Claims } from '../basics/jwt.ts';
import type { AppInput } from '../state/directory.ts';
import type { World } from '../state/world.ts';
import type { CredentialKind } from './issue-token.ts';

/** Entra lets an assertion be as old as a day; clients are told to make them for minutes. */
const MAX_LIFE_SECONDS = 86_400;
/** What the clocks of client and service may differ by. */
const SKEW_SECONDS = 300;

/**
 * Checks a client assertion as ED certificate-credentials.md describes it: RSA signature of a registered certificate that the
 * header names, `iss` and `sub` the app, `aud` this tenant's token endpoint, within its time, each `jti` once.
 */
export function checkCertificateAssertion(
  world: World,
  app: AppInput,
  assertion: string,
  tokenEndpoints: readonly string[],
): CredentialKind | number {
  const [header, claims] = [readHeader(assertion), readClaims(assertion)];
  if (header === undefined || claims === undefined) return 50027;
  const now = world.clock.nowMs() / 1_000;
  const certificate = (app.certificates ?? [])
    .map((pem) => new X509Certificate(pem))
    .find((one) => isNamed(header, one) && one.validToDate.getTime() / 1_000 > now);
  if (certificate === undefined || !isSignedBy(assertion, header, certificate)) return 700027;
  if (claims['iss'] !== app.clientId || claims['sub'] !== app.clientId) return 700021;
  if (!tokenEndpoints.includes(String(claims['aud']))) return 700023;
  if (!isInTime(claims, now)) return 700024;
  return useOnce(world, claims, now) ? 'certificate' : 700027;
}

/** By the hash in `x5t#S256` or, as older libraries do it, in `x5t`; one that is there must fit. */
function isNamed(header: Claims, { raw }: X509Certificate): boolean {
  const names = [
    ['x5t#S256', 'sha256'],
    ['x5t', 'sha1'],
  ].filter(([name = '']) => header[name] !== undefined);
  const hash = (algorithm: string): string => createHash(algorithm).update(raw).digest('base64url');
  return names.length > 0 && names.every(([name = '', algorithm = '']) => header[name] === hash(algorithm));
}

function isSignedBy(assertion: string, { alg }: Claims, { publicKey }: X509Certificate): boolean {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  if (alg !== 'PS256' && alg !== 'RS256') return false;
  const key = alg === 'PS256' ? { key: publicKey, padding: 6, saltLength: 32 } : publicKey;
  return verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
}

function isInTime({ nbf, exp }: Claims, now: number): boolean {
  if (typeof nbf !== 'number' || typeof exp !== 'number') return false;
  return nbf - SKEW_SECONDS <= now && now < exp && exp - nbf <= MAX_LIFE_SECONDS;
}

function useOnce({ usedAssertions }: World, { jti, exp }: Claims, now: number): boolean {
  for (const [used, end] of usedAssertions) if (end < now) usedAssertions.delete(used);
  if (typeof jti !== 'string' || jti === '' || usedAssertions.has(jti)) return false;
  usedAssertions.set(jti, Number(exp));
  return true;
}
