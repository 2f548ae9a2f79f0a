import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { readClaims } from '../../../local/simulator/basics/jwt.ts';
import {
  APP,
  CUSTOMER,
  HOME,
  readObject,
  SECRET,
  closeTestBeds,
  startTestBed,
  type TestBed,
} from './simulator-test-bed.ts';

let bed: TestBed;

beforeEach(async () => {
  bed = await startTestBed();
});
afterEach(closeTestBeds);

describe('a token', () => {
  test('has the claims of an app-only token for the tenant', async () => {
    const { body } = await bed.postToken();
    const claims = readClaims(String(body['access_token'])) ?? {};

    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_599 });
    expect(claims).toMatchObject({
      aud: 'https://api.security.microsoft.com',
      iss: `https://sts.windows.net/${CUSTOMER}/`,
      tid: CUSTOMER,
      appid: APP,
      appidacr: '1',
      roles: ['Incident.Read.All'],
      ver: '1.0',
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3_599);
  });

  test('is of version 2.0 where wished, and for the tenant behind a domain', async () => {
    const v2 = await startTestBed({ tokenVersion: '2.0', tokenLifetimeSeconds: 60 });
    const { body } = await v2.postToken({}, 'Northwind.example');

    expect(body['expires_in']).toBe(60);
    expect(readClaims(String(body['access_token']))).toMatchObject({
      aud: '8ee8fdad-f234-4243-8f3b-15c294843740',
      iss: `${v2.simulator.url}/${CUSTOMER}/v2.0`,
      azp: APP,
      ver: '2.0',
    });
    expect((await v2.send('', { authorization: `Bearer ${String(body['access_token'])}` })).status).toBe(200);
  });

  test('has no roles claim when none is granted, and a Graph token has those of Graph', async () => {
    bed.control.setRoles(CUSTOMER, ['SecurityIncident.Read.All']);
    const defender = readClaims(String((await bed.postToken()).body['access_token']));
    const graph = readClaims(
      String((await bed.postToken({ scope: 'https://graph.microsoft.com/.default' })).body['access_token']),
    );

    expect(defender).not.toHaveProperty('roles');
    expect(graph).toMatchObject({ aud: 'https://graph.microsoft.com', roles: ['SecurityIncident.Read.All'] });
  });

  test('can be made wrong', async () => {
    bed.fault({
      name: 'wrong tenant',
      match: { role: 'entra-token' },
      fault: { kind: 'token-claims', claims: { tid: HOME, roles: null } },
    });
    const claims = readClaims(String((await bed.postToken()).body['access_token']));

    expect(claims).toMatchObject({ tid: HOME, aud: 'https://api.security.microsoft.com' });
    expect(claims).not.toHaveProperty('roles');
    expect(bed.control.countCalls({ fault: 'wrong tenant' })).toBe(1);
  });
});

describe('Entra refuses', () => {
  test.each<[string, number, number, string, Record<string, string>, string?]>([
    ['a wrong secret', 7000215, 401, 'invalid_client', { client_secret: 'no' }],
    ['an unknown app', 700016, 400, 'unauthorized_client', { client_id: HOME }],
    ['an unknown tenant', 90002, 400, 'invalid_tenant', {}, APP],
    ['a scope without /.default', 70011, 400, 'invalid_scope', { scope: 'https://api.security.microsoft.com.default' }],
    ['an unknown resource', 500011, 400, 'invalid_resource', { scope: 'https://nowhere.example/.default' }],
    ['another grant', 70003, 400, 'unsupported_grant_type', { grant_type: 'password' }],
  ])('%s with AADSTS%i', async (_, number, status, error, change, tenant = CUSTOMER) => {
    expect(await bed.postToken(change, tenant)).toMatchObject({
      status,
      body: {
        error,
        error_description: expect.stringMatching(
          new RegExp(`^AADSTS${number}: .* Trace ID: \\S+ Correlation ID: \\S+ Timestamp: `),
        ),
        error_codes: [number],
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
        trace_id: expect.any(String),
        correlation_id: expect.any(String),
      },
    });
  });

  test('an expired secret, and takes the new one of a rotation', async () => {
    bed.control.setAppSecrets(APP, [
      { value: SECRET, expiresAt: '2026-01-01T00:00:00Z' },
      { value: 'new', expiresAt: '2999-01-01T00:00:00Z' },
    ]);
    expect((await bed.postToken()).body).toMatchObject({ error_codes: [7000222] });
    expect((await bed.postToken({ client_secret: 'new' })).status).toBe(200);
  });

  test('a tenant that withdrew its consent, but never the home tenant', async () => {
    bed.control.setConsent(CUSTOMER, false);
    bed.control.setConsent(HOME, false);
    expect(await bed.postToken()).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_codes: [7000229] },
    });
    expect((await bed.postToken({}, HOME)).status).toBe(200);
  });

  test('whatever a rule says', async () => {
    bed.fault({ name: 'down', match: { role: 'entra-token' }, fault: { kind: 'status', status: 503 }, times: 1 });
    bed.fault({ name: 'busy', match: { role: 'entra-token' }, fault: { kind: 'entra-error', code: 90055 }, times: 1 });
    bed.fault({ name: 'gone', match: { role: 'entra-discovery' }, fault: { kind: 'entra-error', code: 90002 } });
    const answers = [await bed.postToken(), await bed.postToken(), await bed.postToken()];
    expect(answers.map(({ status }) => status)).toEqual([503, 429, 200]);
    const discovery = await fetch(`${bed.simulator.url}/${CUSTOMER}/v2.0/.well-known/openid-configuration`);
    expect(await readObject(discovery)).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] });
  });
});

describe('Defender refuses', () => {
  const refusal = (status: number, code: string): object => ({
    status,
    body: { error: { code, target: expect.any(String) } },
  });

  test('a token of another audience, a forged one and none with 401', async () => {
    const { body } = await bed.postToken({ scope: 'https://graph.microsoft.com/.default' });
    const forged = `${(await bed.token()).split('.').slice(0, 2).join('.')}.AAAA`;
    for (const authorization of [
      `Bearer ${String(body['access_token'])}`,
      `Bearer ${forged}`,
      'Bearer x',
      'Basic eDp5',
    ])
      expect((await bed.send('', { authorization })).status).toBe(401);
  });

  test('a token that expired or was revoked', async () => {
    expect((await bed.list()).status).toBe(200);
    bed.control.revokeTokens(CUSTOMER);
    expect(await bed.list()).toMatchObject(refusal(401, 'Unauthorized'));
    const { body } = await bed.postToken();
    const fresh = { authorization: `Bearer ${String(body['access_token'])}` };
    expect((await bed.send('', fresh)).status).toBe(200);
    bed.control.setClockOffset(3_600_000);
    expect((await bed.send('', fresh)).status).toBe(401);
  });

  test('a token from before the consent was withdrawn not at all: it lives to its end', async () => {
    await bed.token();
    bed.control.setConsent(CUSTOMER, false);
    expect((await bed.list()).status).toBe(200);
  });

  test('a token without the role, and a tenant without a licence, with 403', async () => {
    bed.control.setRoles(CUSTOMER, ['AdvancedHunting.Read.All']);
    expect(await bed.list()).toMatchObject(refusal(403, 'Forbidden'));
    bed.control.setLicence(CUSTOMER, false);
    bed.control.setRoles(CUSTOMER, ['Incident.ReadWrite.All']);
    const { body } = await bed.postToken();
    const answer = await bed.send('', { authorization: `Bearer ${String(body['access_token'])}` });
    expect({ status: answer.status, body: await answer.json() }).toMatchObject(refusal(403, 'DisabledFeature'));
  });

  test('every token of a tenant that is gone', async () => {
    await bed.token();
    bed.control.removeTenant(CUSTOMER);
    expect((await bed.list()).status).toBe(401);
    expect((await bed.postToken()).body).toMatchObject({ error_codes: [90002] });
  });
});
