import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Role } from '../../local/simulator/http/simulated-request.ts';
import type { Fault } from '../../local/simulator/state/fault.ts';
import { mapLimited } from '../../shared/domain/values/map-limited.ts';
import type { CheckedToken } from '../../shared/ports/tokens.ts';
import {
  CANARY,
  CLIENT,
  failureOf,
  NEW_CANARY,
  startEntra,
  TENANT,
  tenantNumber,
  type EntraHarness,
} from './entra-harness.ts';

let entra: EntraHarness;

beforeEach(async () => {
  entra = await startEntra();
});

afterEach(() => entra.simulator.close());

function addFault(fault: Fault, times = Infinity, role: Role = 'entra-token'): void {
  entra.simulator.control.addFault({ name: 'fault', match: { role }, times, fault });
}

/** Answers every request of Entra like this and gives the failure of one `get`. */
async function failWith(fault: Fault, role?: Role): ReturnType<typeof failureOf> {
  addFault(fault, Infinity, role);
  return failureOf(entra.tokens.get(TENANT));
}

describe('get()', () => {
  test('hands out a token with its checked claims', async () => {
    const { token, claims } = await entra.tokens.get(TENANT);
    expect(token.split('.')).toHaveLength(3);
    expect(claims).toEqual({
      tid: TENANT,
      aud: 'https://api.security.microsoft.com',
      appId: CLIENT,
      roles: ['Incident.Read.All'],
      expiresAt: new Date(entra.clock.nowMs() + 3_599_000),
    });
  });

  test('sends one request for 20 concurrent callers', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => entra.tokens.get(TENANT)));
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(1);
    expect(entra.countTokens()).toBe(1);
    expect(entra.simulator.control.countCalls({ role: 'entra-discovery' })).toBe(1);
  });

  test('asks once for each of 100 tenants, two requests each, and then answers from the cache', async () => {
    const tenants = Array.from({ length: 100 }, (_, index) => tenantNumber(index));
    for (const tenantId of tenants) entra.simulator.control.addTenant({ tenantId });
    const getAll = (): Promise<CheckedToken[]> => mapLimited(tenants, 16, (tenantId) => entra.tokens.get(tenantId));

    const first = await getAll();
    const second = await getAll();

    expect(first.map(({ claims }) => claims.tid)).toEqual(tenants);
    expect(second).toEqual(first);
    expect(entra.countTokens()).toBe(100);
    expect(entra.simulator.control.countCalls()).toBe(200);
  });

  test('renews a token five minutes before it ends, and not earlier', async () => {
    const { token } = await entra.tokens.get(TENANT);

    entra.clock.advance(3_599_000 - 300_000 - 1);
    expect((await entra.tokens.get(TENANT)).token).toBe(token);
    entra.clock.advance(1);
    expect((await entra.tokens.get(TENANT)).token).not.toBe(token);

    expect(entra.countTokens()).toBe(2);
  });

  test('uses a token that lives for 4 minutes for half of its life', async () => {
    entra.simulator.control.setTokenLifetime(240);
    await entra.tokens.get(TENANT);
    entra.clock.advance(119_999);
    await entra.tokens.get(TENANT);
    expect(entra.countTokens()).toBe(1);
    entra.clock.advance(1);
    await entra.tokens.get(TENANT);
    expect(entra.countTokens()).toBe(2);
  });

  test.each([
    ['another tenant', { tid: tenantNumber(9) }, 'token-mismatch'],
    ['another API', { aud: 'https://graph.microsoft.com' }, 'token-mismatch'],
    ['another app', { appid: tenantNumber(9), azp: tenantNumber(9) }, 'token-mismatch'],
    ['the past', { exp: 1_700_000_000 }, 'token-expired'],
    ['nobody', { tid: null }, 'token-unreadable'],
    ['an app without the role', { roles: ['Incident.Read'] }, 'consent-missing'],
    ['an app without any role', { roles: null }, 'consent-missing'],
  ])('refuses a token for %s and forgets it', async (_name, claims, code) => {
    addFault({ kind: 'token-claims', claims }, 1);

    expect(await failureOf(entra.tokens.get(TENANT))).toMatchObject({ code });

    entra.clock.advance(1_000);
    expect((await entra.tokens.get(TENANT)).claims.tid).toBe(TENANT);
  });

  test('names the role that a token lacks', async () => {
    entra.simulator.control.setRoles(TENANT, ['Alert.Read.All']);
    expect(await failureOf(entra.tokens.get(TENANT))).toMatchObject({
      blame: 'tenant',
      code: 'consent-missing',
      missingRoles: ['Incident.Read.All'],
    });
  });

  test('accepts the app id of the API as the audience', async () => {
    addFault({ kind: 'token-claims', claims: { aud: '8ee8fdad-f234-4243-8f3b-15c294843740', ver: '2.0' } });
    expect((await entra.tokens.get(TENANT)).claims.roles).toEqual(['Incident.Read.All']);
  });
});

describe('drop()', () => {
  test('makes the next get() ask Entra', async () => {
    await entra.tokens.get(TENANT);
    entra.tokens.drop(TENANT);
    await entra.tokens.get(TENANT);
    expect(entra.countTokens()).toBe(2);
  });

  test('with a token that was replaced meanwhile changes nothing', async () => {
    const { token } = await entra.tokens.get(TENANT);
    entra.tokens.drop(TENANT, token);
    await entra.tokens.get(TENANT);
    entra.tokens.drop(TENANT, token);
    await entra.tokens.get(TENANT);
    expect(entra.countTokens()).toBe(2);
  });
});

describe('a refused credential', () => {
  test('is read again from the vault, and the new one is used while old tokens stay', async () => {
    const other = tenantNumber(1);
    entra.simulator.control.addTenant({ tenantId: other });
    const { token } = await entra.tokens.get(TENANT);

    entra.simulator.control.setAppSecrets(CLIENT, [{ value: NEW_CANARY }]);
    entra.secrets.value = NEW_CANARY;

    expect((await entra.tokens.get(other)).claims.tid).toBe(other);
    expect((await entra.tokens.get(TENANT)).token).toBe(token);
    expect(entra.secrets.refreshes).toBe(1);
    expect(entra.countTokens()).toBe(3);
  });

  test.each([
    ['is not valid', { value: 'another' }, 'AADSTS7000215'],
    ['has expired', { value: CANARY, expiresAt: '2026-11-01T00:00:00Z' }, 'AADSTS7000222'],
  ])('that %s and did not change is the partner’s to replace', async (_name, secret, number) => {
    entra.simulator.control.setAppSecrets(CLIENT, [secret]);
    const failure = await failureOf(entra.tokens.get(TENANT));
    expect(failure).toMatchObject({ blame: 'partner', code: 'app-credential-refused', retriable: false });
    expect(failure.message).toContain(number);
    expect(entra.secrets.refreshes).toBe(1);
    expect(entra.countTokens()).toBe(1);
  });
});

describe('what Entra refuses', () => {
  test.each([
    [
      'a tenant that did not consent',
      () => {
        entra.simulator.control.setConsent(TENANT, false);
      },
      'tenant',
      'consent-missing',
    ],
    [
      'a tenant that does not exist',
      () => {
        entra.simulator.control.removeTenant(TENANT);
      },
      'tenant',
      'tenant-not-found',
    ],
    [
      'an app that does not exist',
      () => {
        entra.simulator.control.removeApp(CLIENT);
      },
      'tenant',
      'consent-missing',
    ],
  ])('is told for %s', async (_name, change, blame, code) => {
    change();
    expect(await failureOf(entra.tokens.get(TENANT))).toMatchObject({ blame, code, retriable: false });
  });

  test.each([65001, 700016, 7000112, 90002, 500011, 53003, 650057])(
    'is told for AADSTS%i with its trace id',
    async (number) => {
      const failure = await failWith({ kind: 'entra-error', code: number });
      expect(failure.message).toContain(`AADSTS${number}`);
      expect(failure.trackingId).toMatch(/^[0-9a-f-]{36}$/);
      expect(failure.action).toBeDefined();
    },
  );

  test.each<[string, Fault, Role]>([
    ['a 503', { kind: 'status', status: 503 }, 'entra-token'],
    ['a 500 at discovery', { kind: 'status', status: 500 }, 'entra-discovery'],
    ['a passing error', { kind: 'entra-error', code: 90033 }, 'entra-token'],
    ['a page instead of a token', { kind: 'html' }, 'entra-token'],
    ['an answer that is cut', { kind: 'truncated-json' }, 'entra-token'],
    ['a lost connection', { kind: 'truncated-json', how: 'abort' }, 'entra-token'],
  ])('is Microsoft’s for %s, after one more try', async (_name, fault, role) => {
    expect(await failWith(fault, role)).toMatchObject({
      blame: 'microsoft',
      code: 'entra-unavailable',
      retriable: true,
    });
    expect(entra.clock.slept).toEqual([500]);
    expect(entra.simulator.control.countCalls({ role })).toBe(2);
  });

  test('passes unseen when the second try succeeds', async () => {
    addFault({ kind: 'status', status: 503 }, 1);
    expect((await entra.tokens.get(TENANT)).claims.tid).toBe(TENANT);
  });

  test('does not follow a redirect with the secret', async () => {
    const location = `${entra.simulator.url}/elsewhere/oauth2/v2.0/token`;
    const failure = await failWith({ kind: 'status', status: 307, headers: { location } });
    expect(failure).toMatchObject({ blame: 'partner', code: 'app-misconfigured', status: 307 });
    expect(entra.countTokens()).toBe(1);
  });

  test('names the reason when nobody answers', async () => {
    const failure = await failureOf(entra.build({ authorityHost: 'https://localhost:1' }).get(TENANT));
    expect(failure).toMatchObject({ blame: 'microsoft', code: 'entra-unavailable' });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  test('ends at the deadline when Entra is silent', async () => {
    addFault({ kind: 'delay', ms: 400 });
    const failure = await failureOf(entra.build({ deadlineMs: 50 }).get(TENANT));
    expect(failure).toMatchObject({ blame: 'microsoft', code: 'entra-unavailable', retriable: true });
  });
});

describe('a failure', () => {
  test.each<[string, Role]>([
    ['token', 'entra-token'],
    ['discovery', 'entra-discovery'],
  ])('with a wait at the %s request is obeyed: no request before its end', async (_name, role) => {
    addFault({ kind: 'throttle', form: 'header-seconds', seconds: 30 }, 1, role);
    expect(await failureOf(entra.tokens.get(TENANT))).toMatchObject({ code: 'entra-throttled', retryAfterMs: 30_000 });
    entra.clock.advance(29_000);
    entra.tokens.drop(TENANT);
    expect(await failureOf(entra.tokens.get(TENANT))).toMatchObject({ code: 'entra-throttled', retryAfterMs: 1_000 });
    expect(entra.simulator.control.countCalls({ role })).toBe(1);

    entra.clock.advance(1_000);
    expect((await entra.tokens.get(TENANT)).claims.tid).toBe(TENANT);
  });

  test('is not kept for longer than a second, and does not become a loop within it', async () => {
    entra.simulator.control.setConsent(TENANT, false);
    await failureOf(entra.tokens.get(TENANT));
    await failureOf(entra.tokens.get(TENANT));
    expect(entra.countTokens()).toBe(1);

    entra.simulator.control.setConsent(TENANT, true);
    entra.clock.advance(1_000);
    expect((await entra.tokens.get(TENANT)).claims.tid).toBe(TENANT);
  });

  test('of one tenant costs another nothing', async () => {
    const other = tenantNumber(1);
    entra.simulator.control.addTenant({ tenantId: other, isConsented: false });
    await failureOf(entra.tokens.get(other));
    expect((await entra.tokens.get(TENANT)).claims.tid).toBe(TENANT);
  });

  test.each<[string, Fault]>([
    ['echoes the secret in its description', { kind: 'status', status: 401, body: echo(7000215) }],
    ['echoes it in an unknown refusal', { kind: 'status', status: 400, body: echo(999_999) }],
    ['echoes it in a page', { kind: 'status', status: 502, body: CANARY }],
    ['answers with text that holds it', { kind: 'not-json', body: `secret ${CANARY}` }],
  ])('never shows the secret when Entra %s', async (_name, fault) => {
    const failure = await failWith(fault);
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(CANARY);
    expect(`${failure.message}${failure.action}${JSON.stringify(failure)}`).not.toContain('canary');
  });
});

function echo(number: number): unknown {
  return {
    error: 'invalid_client',
    error_description: `AADSTS${number}: You sent ${CANARY}.`,
    error_codes: [number],
    suberror: CANARY,
  };
}
