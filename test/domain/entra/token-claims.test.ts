import { describe, expect, test } from '@jest/globals';
import {
  checkTokenClaims,
  readTokenClaims,
  type ExpectedClaims,
  type TokenClaims,
} from '../../../shared/domain/entra/token-claims.ts';
import { readTenantId, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../../shared/errors.ts';

const TENANT = tenantId('22222222-2222-4222-8222-222222222222');
const OTHER = tenantId('33333333-3333-4333-8333-333333333333');
const CLIENT = '44444444-4444-4444-8444-444444444444';
const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const EXPECTED: ExpectedClaims = {
  tenantId: TENANT,
  audiences: ['https://api.security.microsoft.com', '8ee8fdad-f234-4243-8f3b-15c294843740'],
  clientId: CLIENT,
  requiredRole: 'Incident.Read.All',
  nowMs: NOW_MS,
};
const CLAIMS: TokenClaims = {
  tid: TENANT,
  aud: 'https://api.security.microsoft.com',
  appId: CLIENT,
  roles: ['Incident.Read.All'],
  expiresAt: new Date(NOW_MS + 3_600_000),
};

function tenantId(text: string): TenantId {
  const id = readTenantId(text);
  if (id === undefined) throw new Error(`${text} is no tenant id`);
  return id;
}

function jwt(payload: unknown): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(payload)}.signature`;
}

describe('readTokenClaims()', () => {
  const payload = {
    tid: TENANT.toUpperCase(),
    aud: 'https://api',
    appid: CLIENT,
    roles: ['A', 1, 'B'],
    exp: 1_800_000_000,
  };

  test('reads a version 1.0 token', () => {
    expect(readTokenClaims(jwt(payload))).toEqual({
      tid: TENANT,
      aud: 'https://api',
      appId: CLIENT,
      roles: ['A', 'B'],
      expiresAt: new Date(1_800_000_000_000),
    });
  });

  test('reads the app id of a version 2.0 token, and no roles as none', () => {
    const token = jwt({ ...payload, appid: undefined, azp: CLIENT, roles: undefined });
    expect(readTokenClaims(token)).toMatchObject({ appId: CLIENT, roles: [] });
  });

  test.each([
    ['no JWT', 'opaque-canary'],
    ['a payload that is not JSON', 'a.canary.c'],
    ['a payload that is no object', jwt('canary')],
    ['no tenant id', jwt({ ...payload, tid: 'canary' })],
    ['no audience', jwt({ ...payload, aud: ['canary'] })],
    ['no app id', jwt({ ...payload, appid: undefined })],
    ['no end', jwt({ ...payload, exp: 'canary' })],
    ['an endless end', jwt({ ...payload, exp: 1e300 })],
  ])('refuses %s without quoting it', (_name, token) => {
    expect(() => readTokenClaims(token)).toThrow(
      expect.objectContaining({ blame: 'microsoft', code: 'token-unreadable' }),
    );
    expect(() => readTokenClaims(token)).not.toThrow(/canary/);
  });
});

describe('checkTokenClaims()', () => {
  test.each([
    ['the resource', {}],
    ['the resource with a slash', { aud: 'https://api.security.microsoft.com/' }],
    ['the app id of the API', { aud: '8EE8FDAD-f234-4243-8f3b-15c294843740' }],
    ['more roles than needed', { roles: ['Other.Read.All', 'Incident.Read.All'] }],
    ['our app id in capitals', { appId: CLIENT.toUpperCase() }],
  ])('accepts a token with %s', (_name, change) => {
    expect(() => {
      checkTokenClaims({ ...CLAIMS, ...change }, EXPECTED);
    }).not.toThrow();
  });

  test.each([
    ['another tenant', { tid: OTHER }, 'token-mismatch'],
    ['another API', { aud: 'https://api.securitycenter.microsoft.com' }, 'token-mismatch'],
    ['a longer host', { aud: 'https://api.security.microsoft.com.evil.example' }, 'token-mismatch'],
    ['another app', { appId: OTHER }, 'token-mismatch'],
    ['an end that has passed', { expiresAt: new Date(NOW_MS) }, 'token-expired'],
  ])('refuses a token for %s', (_name, change, code) => {
    expect(() => {
      checkTokenClaims({ ...CLAIMS, ...change }, EXPECTED);
    }).toThrow(expect.objectContaining({ blame: 'collector', code }));
  });

  test.each([
    ['no role', []],
    ['a role that is only similar', ['Incidents.Read.All']],
    ['the role of another subject', ['Alert.Read.All']],
  ])('says that consent is missing when the token holds %s', (_name, roles) => {
    expect(() => {
      checkTokenClaims({ ...CLAIMS, roles }, EXPECTED);
    }).toThrow(
      expect.objectContaining({ blame: 'tenant', code: 'consent-missing', missingRoles: ['Incident.Read.All'] }),
    );
  });

  test("says that the partner's registration lacks the role when the token holds the writing role alone", () => {
    for (const roles of [['Incident.ReadWrite.All'], ['Alert.Read.All', 'Incident.ReadWrite.All']])
      expect(() => {
        checkTokenClaims({ ...CLAIMS, roles }, EXPECTED);
      }).toThrow(
        expect.objectContaining({
          blame: 'partner',
          code: 'consent-missing',
          missingRoles: ['Incident.Read.All'],
          action: expect.stringMatching(/^Add .*Incident\.Read\.All.* registration .*only then .* new consent link$/),
        }),
      );
  });

  test('accepts the writing role beside the one that reads', () => {
    expect(() => {
      checkTokenClaims({ ...CLAIMS, roles: ['Incident.ReadWrite.All', 'Incident.Read.All'] }, EXPECTED);
    }).not.toThrow();
  });

  test('names the registration where other roles came, and the link alone where none did', () => {
    const actionFor = (roles: string[]): string | undefined => {
      try {
        checkTokenClaims({ ...CLAIMS, roles }, EXPECTED);
      } catch (error) {
        return error instanceof AppError ? error.action : undefined;
      }
      return undefined;
    };
    expect(actionFor(['Alert.Read.All'])).toMatch(/registration .* Incident\.Read\.All, then .* new consent link$/);
    expect(actionFor([])).toBe('Send the customer a new consent link');
  });

  test('looks at the tenant first: a token of another tenant says nothing about this one', () => {
    expect(() => {
      checkTokenClaims({ ...CLAIMS, tid: OTHER, roles: [] }, EXPECTED);
    }).toThrow(expect.objectContaining({ code: 'token-mismatch' }));
  });
});
