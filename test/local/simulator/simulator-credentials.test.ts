import { createHash, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { generate } from 'selfsigned';
import { readClaims, type Claims } from '../../../local/simulator/basics/jwt.ts';
import { APP, closeTestBeds, CUSTOMER, HOME, readObject, startTestBed, type TestBed } from './simulator-test-bed.ts';

const IDENTITY = '44444444-4444-4444-8444-444444444444';
const PRINCIPAL = '55555555-5555-4555-8555-555555555555';
const START_MS = Date.parse('2026-11-25T12:00:00Z');
const NOW = START_MS / 1_000;

interface Pair {
  cert: string;
  private: string;
}

let bed: TestBed;
let own: Pair;
let other: Pair;

async function makePair(notAfterDate?: Date): Promise<Pair> {
  const notBeforeDate = new Date(START_MS - 86_400_000);
  const until = notAfterDate ?? new Date(START_MS + 86_400_000);
  return generate([{ name: 'commonName', value: 'app' }], { algorithm: 'sha256', notBeforeDate, notAfterDate: until });
}

beforeAll(async () => {
  bed = await startTestBed({ nowMs: () => START_MS });
  [own, other] = await Promise.all([makePair(), makePair()]);
});
afterAll(closeTestBeds);

async function exchange(assertion: string, change: Record<string, string> = {}): Promise<unknown> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: APP,
    scope: 'https://api.security.microsoft.com/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...change,
  });
  const answer = await fetch(tokenEndpoint(CUSTOMER), { method: 'POST', body: form });
  const { error_codes: codes, access_token: token } = await readObject(answer);
  return Array.isArray(codes) ? codes[0] : readClaims(String(token));
}

const tokenEndpoint = (tenant: string): string => `${bed.simulator.url}/${tenant}/oauth2/v2.0/token`;

describe('a certificate', () => {
  beforeEach(() => {
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, certificates: [own.cert] });
  });

  const hash = (algorithm: string, pem: string): string =>
    createHash(algorithm).update(new X509Certificate(pem).raw).digest('base64url');

  /** As MSAL makes it, but for these changes; `undefined` leaves a part out. */
  function assertionWith(claims: Claims = {}, header: Claims = {}, pair = own): string {
    const heads = { typ: 'JWT', alg: 'PS256', 'x5t#S256': hash('sha256', own.cert), ...header };
    const body = {
      aud: tokenEndpoint(CUSTOMER),
      iss: APP,
      sub: APP,
      nbf: NOW,
      exp: NOW + 600,
      jti: randomUUID(),
      ...claims,
    };
    const text = [heads, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const key = createPrivateKey(pair.private);
    const signer = heads.alg === 'RS256' ? key : { key, padding: 6, saltLength: 32 };
    return `${text}.${sign('sha256', Buffer.from(text), signer).toString('base64url')}`;
  }

  test.each([
    ['PS256 and x5t#S256', {}],
    ['RS256', { alg: 'RS256' }],
  ])('proves the app with %s', async (_name, header) => {
    expect(await exchange(assertionWith({}, header))).toMatchObject({ tid: CUSTOMER, appid: APP, appidacr: '2' });
  });

  test('proves the app with x5t', async () => {
    const header = { 'x5t#S256': undefined, x5t: hash('sha1', own.cert) };
    expect(await exchange(assertionWith({}, header))).toMatchObject({ appid: APP });
  });

  test.each<[string, number, () => string]>([
    ['signed by another key', 700027, () => assertionWith({}, {}, other)],
    ['that names a certificate which is not registered', 700027, () => assertionWith({}, named(other), other)],
    ['that names no certificate', 700027, () => assertionWith({}, { 'x5t#S256': undefined })],
    ['with one right and one wrong name', 700027, () => assertionWith({}, { x5t: hash('sha1', other.cert) })],
    ['signed in another way than it says', 700027, () => swapHeader(assertionWith(), { alg: 'RS256' })],
    ['with an algorithm that Entra does not take', 700027, () => swapHeader(assertionWith(), { alg: 'none' })],
    ['whose claims were changed', 700027, () => swapClaims(assertionWith(), { exp: NOW + 900 })],
    ['of another issuer', 700021, () => assertionWith({ iss: HOME })],
    ['about another app', 700021, () => assertionWith({ sub: HOME })],
    ["for another tenant's endpoint", 700023, () => assertionWith({ aud: tokenEndpoint(HOME) })],
    ['that has ended', 700024, () => assertionWith({ nbf: NOW - 700, exp: NOW })],
    ['that begins later', 700024, () => assertionWith({ nbf: NOW + 301 })],
    ['that has no end', 700024, () => assertionWith({ exp: undefined })],
    ['that lives for more than a day', 700024, () => assertionWith({ exp: NOW + 86_401 })],
    ['without an id', 700027, () => assertionWith({ jti: undefined })],
    ['that is no token', 50027, () => 'assertion'],
  ])('refuses an assertion %s', async (_name, number, make) => {
    expect(await exchange(make())).toBe(number);
  });

  test('refuses an assertion that was used before', async () => {
    const assertion = assertionWith();
    expect(await exchange(assertion)).toMatchObject({ appid: APP });
    expect(await exchange(assertion)).toBe(700027);
  });

  test('refuses a certificate that has ended, and takes a second one beside it', async () => {
    const ended = await makePair(new Date(START_MS));
    bed.control.setAppCertificates(APP, [ended.cert, own.cert]);
    expect(await exchange(assertionWith({}, named(ended), ended))).toBe(700027);
    expect(await exchange(assertionWith())).toMatchObject({ appid: APP });
  });

  test('wants the type of the assertion', async () => {
    expect(await exchange(assertionWith(), { client_assertion_type: 'jwt' })).toBe(7000218);
  });

  const named = ({ cert }: Pair): Claims => ({ 'x5t#S256': hash('sha256', cert) });
});

describe('a managed identity', () => {
  beforeEach(() => {
    bed.control.clearFaults();
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials: [{ subject: PRINCIPAL }] });
    bed.control.addIdentity({ clientId: IDENTITY, principalId: PRINCIPAL, tenantId: HOME });
  });

  async function identityToken(resource = 'api://AzureADTokenExchange'): Promise<string> {
    const { identityEndpoint, identityHeader } = bed.simulator;
    const query = new URLSearchParams({ 'api-version': '2019-08-01', resource, client_id: IDENTITY });
    const answer = await fetch(`${identityEndpoint}?${query.toString()}`, {
      headers: { 'x-identity-header': identityHeader },
    });
    return String((await readObject(answer))['access_token']);
  }

  /** The identity's token with other claims, and the simulator's own signature. */
  async function tokenWith(claims: Claims): Promise<string> {
    bed.fault({ name: 'claims', match: { role: 'identity' }, fault: { kind: 'token-claims', claims } });
    return identityToken();
  }

  test('proves the app with a token of the home tenant about its own object id', async () => {
    const token = await identityToken();
    expect(readClaims(token)).toMatchObject({
      iss: `${bed.simulator.url}/${HOME}/v2.0`,
      sub: PRINCIPAL,
      aud: 'api://AzureADTokenExchange',
    });
    expect(await exchange(token)).toMatchObject({ tid: CUSTOMER, appid: APP });
  });

  test('may be one of several', async () => {
    const federatedCredentials = [{ subject: CUSTOMER }, { subject: PRINCIPAL }];
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials });
    expect(await exchange(await identityToken())).toMatchObject({ appid: APP });
  });

  test.each([
    ['another object id', 700213, { subject: CUSTOMER }],
    ['the client id instead of the object id', 700213, { subject: IDENTITY }],
    ['another issuer', 700211, { subject: PRINCIPAL, issuer: 'https://login.microsoftonline.com/common/v2.0' }],
    ['another audience', 700212, { subject: PRINCIPAL, audience: 'api://AzureADTokenExchangeUSGov' }],
  ])('is refused when the app trusts %s', async (_name, number, credential) => {
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials: [credential] });
    expect(await exchange(await identityToken())).toBe(number);
  });

  test.each<[string, number, Claims]>([
    ['is about another subject', 700213, { sub: CUSTOMER }],
    ['is about another object', 700213, { oid: CUSTOMER }],
    ['has another issuer', 700211, { iss: 'https://sts.windows.net/elsewhere/' }],
    ['has ended', 700024, { exp: NOW }],
    ['begins later', 700024, { nbf: NOW + 60 }],
    ['is no app-only one', 700229, { idtyp: 'user' }],
  ])('is refused when its token %s', async (_name, number, claims) => {
    expect(await exchange(await tokenWith(claims))).toBe(number);
  });

  test('is refused with a token for another API', async () => {
    expect(await exchange(await identityToken('https://vault.azure.net'))).toBe(700211);
    const issuer = `https://sts.windows.net/${HOME}/`;
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials: [{ subject: PRINCIPAL, issuer }] });
    expect(await exchange(await identityToken('https://vault.azure.net'))).toBe(700212);
  });

  test('is refused with a token that the simulator did not sign', async () => {
    expect(await exchange(swapClaims(await identityToken(), { exp: NOW + 7_200 }))).toBe(700027);
  });
});

function swapHeader(token: string, change: Claims): string {
  return swapPart(token, 0, change);
}

function swapClaims(token: string, change: Claims): string {
  return swapPart(token, 1, change);
}

/** Other content under the old signature. */
function swapPart(token: string, index: number, change: Claims): string {
  const parts = token.split('.');
  const part: unknown = JSON.parse(Buffer.from(parts[index] ?? '', 'base64url').toString('utf8'));
  parts[index] = Buffer.from(JSON.stringify({ ...Object(part), ...change })).toString('base64url');
  return parts.join('.');
}
