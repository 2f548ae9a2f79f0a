import { describe, expect, test } from '@jest/globals';
import { AADSTS_CODES } from '../../../shared/domain/entra/aadsts-codes.ts';
import { classifyEntraFailure } from '../../../shared/domain/entra/entra-failure.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { retryDelayMs } from '../../../shared/domain/reading/retry-delay.ts';
import { toSourceFailure } from '../../../shared/domain/sources/source-failure.ts';

const fail = (status: number, body: unknown, headers: Record<string, string> = {}, source: SourceName = 'defender') =>
  toSourceFailure(
    source,
    {
      status,
      headers: { get: (name) => headers[name] ?? null },
      bodyText: typeof body === 'string' ? body : JSON.stringify(body),
      answeredAtMs: Date.UTC(2026, 10, 24),
    },
    'list incidents',
  );
const apiError = (code: string, message: string): object => ({
  error: { code, message, target: '43f4cb08-8fac-4b65-9db1-745c2ae65f3a' },
});
const ROLE_MISSING =
  'The application does not have any of the required application permissions (Incident.ReadWrite.All, Incident.Read.All) to access the resource.';

describe('toSourceFailure()', () => {
  test.each([
    [401, apiError('Unauthorized', 'Invalid token'), 'unauthorized', 'tenant', false],
    [403, apiError('Forbidden', ROLE_MISSING), 'missing-role', 'tenant', false],
    [403, apiError('Forbidden', ''), 'missing-role', 'tenant', false],
    [403, apiError('DisabledFeature', "Tenant feature isn't enabled"), 'not-licensed', 'tenant', false],
    [403, apiError('Forbidden', 'The tenant has no license for this product'), 'not-licensed', 'tenant', false],
    [403, apiError('DisallowedOperation', 'Not allowed here'), 'forbidden', 'tenant', false],
    [403, '<html>Blocked</html>', 'forbidden', 'tenant', false],
    [400, apiError('BadRequest', 'The limit of 100 for $top is exceeded'), 'bad-request', 'collector', false],
    [404, apiError('NotFound', 'No such resource'), 'endpoint-not-found', 'partner', false],
    [410, '', 'endpoint-not-found', 'partner', false],
    [404, '<html>Not here</html>', 'bad-page', 'microsoft', true],
    [429, '', 'throttled', 'microsoft', true],
    [408, '', 'source-unavailable', 'microsoft', true],
    [500, apiError('InternalServerError', ''), 'source-unavailable', 'microsoft', true],
    [503, '<html>Service Unavailable</html>', 'source-unavailable', 'microsoft', true],
    [304, '', 'bad-page', 'microsoft', true],
  ])('reads %d with %j as %s', (status, body, code, blame, retriable) => {
    const error = fail(status, body);

    expect(error).toMatchObject({ code, blame, retriable, status });
    expect(error.action).toMatch(/^\S.{20,}[^.]$/);
  });

  test.each([
    [403, 'Forbidden', 500014, 'api-disabled-in-tenant'],
    [403, 'Forbidden', 5000225, 'tenant-blocked'],
    [403, 'Forbidden', 65001, 'consent-missing'],
    [403, 'DisabledFeature', 7000112, 'app-disabled-in-tenant'],
    [401, 'Unauthorized', 500014, 'api-disabled-in-tenant'],
    [400, 'BadRequest', 500011, 'not-licensed'],
    [404, 'NotFound', 90002, 'tenant-not-found'],
  ])(
    'reads the number of Entra in a %i (%s, AADSTS%i) as Entra would have said it: %s',
    (status, code, number, meaning) => {
      const error = fail(status, apiError(code, `Required resource is disabled. Inner Message: AADSTS${number}: Text`));

      expect(error).toMatchObject({ blame: 'tenant', code: meaning, status, trackingId: expect.any(String) });
      expect(error.message).toContain(`AADSTS${number}`);
    },
  );

  test('reads every number of the table in a 403 like in an answer of Entra', () => {
    for (const number of AADSTS_CODES.keys()) {
      const entra = classifyEntraFailure(new Error(`AADSTS${number}: Text`));
      const { code, blame, action } = fail(403, apiError('Forbidden', `AADSTS${number}: Text`));
      expect({ number, code, blame, action }).toEqual({
        number,
        code: entra.code,
        blame: entra.blame,
        action: entra.action,
      });
    }
  });

  test.each([
    [403, 999_999, 'forbidden'],
    [401, 500133, 'unauthorized'],
    [429, 500014, 'throttled'],
    [500, 500014, 'source-unavailable'],
    [503, 7000222, 'source-unavailable'],
  ])('goes by the status of a %i with AADSTS%i: %s', (status, number, code) => {
    expect(fail(status, apiError('Failed', `AADSTS${number}: Text`))).toMatchObject({ code });
  });

  test('carries the tracking id, in the message too', () => {
    const error = fail(500, apiError('InternalServerError', 'Something failed'));

    expect(error.trackingId).toBe('43f4cb08-8fac-4b65-9db1-745c2ae65f3a');
    expect(error.message).toBe(
      'Cannot list incidents: the service answered 500 (InternalServerError: Something failed), tracking id 43f4cb08-8fac-4b65-9db1-745c2ae65f3a',
    );
  });

  test.each([
    ['an inner error', { error: { innerError: { 'request-id': 'r-1' } } }, {}],
    ['a header', 'no JSON', { 'request-id': 'r-1' }],
    ['another header', '', { 'x-ms-request-id': 'r-1' }],
  ])('takes the tracking id from %s', (_place, body, headers) => {
    expect(fail(500, body, headers).trackingId).toBe('r-1');
  });

  test.each(['innerError', 'innererror'])(
    'takes the tracking id from the %s of Graph, whose code may be empty',
    (name) => {
      const inner = { date: '2026-11-24T00:00:00', 'request-id': 'r-2', 'client-request-id': 'c-2' };
      const body = {
        error: { code: '', message: "The limit of '50' for Top query has been exceeded.", [name]: inner },
      };

      expect(fail(400, body, { 'request-id': 'r-3' }, 'graph')).toMatchObject({
        code: 'bad-request',
        trackingId: 'r-2',
      });
    },
  );

  test.each([
    ['defender', 'Incident.Read.All', 'DEFENDER_URL'],
    ['graph', 'SecurityIncident.Read.All', 'GRAPH_URL'],
  ] as const)('names the role and the setting of %s', (source, role, setting) => {
    const refused = fail(403, apiError('Forbidden', 'Missing application roles.'), {}, source);

    expect(refused).toMatchObject({ code: 'missing-role', missingRoles: [role] });
    expect(refused.action).toContain(role);
    expect(fail(404, '{}', {}, source).action).toContain(setting);
    expect(fail(200, '', {}, source).action).toContain(setting);
  });

  test.each([
    [
      'Forbidden',
      'This API is deprecated. Use Microsoft Graph with the application permission SecurityIncident.Read.All.',
    ],
    ['Forbidden', 'The Defender XDR API was retired on February 1, 2027; no role grants access to it.'],
    ['DisabledFeature', "The feature isn't enabled: this endpoint is no longer available."],
    ['Forbidden', 'Migrate to the security API of your license.'],
  ])('takes a 403 (%s: %s) of the Defender API for no refusal of the customer', (code, message) => {
    expect(fail(403, apiError(code, message))).toMatchObject({ code: 'forbidden', missingRoles: undefined });
    expect(fail(403, apiError(code, message), {}, 'graph').code).not.toBe('forbidden');
  });

  test('says how long to wait', () => {
    expect(fail(429, '', { 'retry-after': '30' }).retryAfterMs).toBe(30_000);
    expect(fail(429, apiError('TooManyRequests', 'Try again in 12 seconds')).retryAfterMs).toBe(12_000);
    expect(fail(429, apiError('TooManyRequests', 'Too many')).retryAfterMs).toBeUndefined();
  });

  test('backs off with jitter when the body of a 429 names nothing but the time of the error', () => {
    const body = {
      error: { code: 'TooManyRequests', message: 'Too many requests.', innerError: { date: '2026-11-24T00:00:00' } },
    };
    const error = fail(429, body);

    expect(error).toMatchObject({ code: 'throttled', retryAfterMs: undefined });
    expect([1, 2, 3].map((attempt) => retryDelayMs(error, attempt, () => 0.5))).toEqual([7_500, 22_500, 45_000]);
  });

  test('repeats no token and no endless text', () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJ4In0.c2lnbmF0dXJl';

    const { message } = fail(403, apiError('Forbidden', `Bad token ${token} ${'x'.repeat(10_000)}\u0000\nnext`));

    expect(message).toContain('Bad token [token]');
    expect(message).not.toContain('eyJ');
    expect(message.length).toBeLessThan(500);
  });
});
