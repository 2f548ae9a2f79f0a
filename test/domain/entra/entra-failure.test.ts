import { describe, expect, test } from '@jest/globals';
import { AADSTS_CODES } from '../../../shared/domain/entra/aadsts-codes.ts';
import { classifyEntraFailure } from '../../../shared/domain/entra/entra-failure.ts';
import { ENTRA_ERRORS } from '../../../shared/errors/entra-errors.ts';
import { AppError } from '../../../shared/errors.ts';

const TRACE_ID = '1b3f5c77-0000-4111-8222-9a9a9a9a9a9a';

/** As `@azure/identity` 4.14.1 throws it: MSAL's error is the cause. */
function identityError(cause: Record<string, unknown>, message = 'See https://aka.ms/msal.js.errors'): Error {
  const error = new Error(message, { cause });
  error.name = 'AuthenticationRequiredError';
  return error;
}

function entraBody(aadsts: number, error: string): string {
  const description = `AADSTS${aadsts}: Some text. Trace ID: ${TRACE_ID} Correlation ID: x Timestamp: y`;
  return JSON.stringify({ error, error_description: description, error_codes: [aadsts], trace_id: TRACE_ID });
}

describe('classifyEntraFailure()', () => {
  test.each([
    [700016, 'tenant', 'consent-missing'],
    [7000229, 'tenant', 'consent-missing'],
    [65001, 'tenant', 'consent-missing'],
    [7000112, 'tenant', 'app-disabled-in-tenant'],
    [70001, 'tenant', 'app-disabled-in-tenant'],
    [90002, 'tenant', 'tenant-not-found'],
    [5000224, 'tenant', 'tenant-not-found'],
    [90038, 'tenant', 'wrong-cloud'],
    [900382, 'tenant', 'wrong-cloud'],
    [900432, 'tenant', 'wrong-cloud'],
    [500011, 'tenant', 'not-licensed'],
    [650052, 'tenant', 'not-licensed'],
    [5000225, 'tenant', 'tenant-blocked'],
    [500014, 'tenant', 'api-disabled-in-tenant'],
    [53003, 'tenant', 'access-blocked'],
    [530032, 'tenant', 'access-blocked'],
    [65004, 'tenant', 'consent-declined'],
    [90094, 'tenant', 'admin-consent-required'],
    [7000215, 'partner', 'app-credential-refused'],
    [7000222, 'partner', 'app-credential-refused'],
    [70002, 'partner', 'app-credential-refused'],
    [50012, 'partner', 'app-credential-refused'],
    [700027, 'partner', 'app-credential-refused'],
    [1000502, 'partner', 'app-credential-refused'],
    [7000214, 'partner', 'app-credential-refused'],
    [700236, 'partner', 'app-credential-refused'],
    [50013, 'partner', 'app-credential-refused'],
    [700030, 'partner', 'app-credential-refused'],
    [700229, 'partner', 'app-misconfigured'],
    [700025, 'partner', 'app-misconfigured'],
    [50194, 'partner', 'app-misconfigured'],
    [7000218, 'partner', 'app-misconfigured'],
    [70011, 'partner', 'app-misconfigured'],
    [650057, 'partner', 'app-misconfigured'],
    [90033, 'microsoft', 'entra-unavailable'],
    [90055, 'microsoft', 'entra-throttled'],
    [50196, 'collector', 'entra-request-loop'],
  ])('says for AADSTS%i that %s acts: %s', (aadsts, blame, code) => {
    const byNumber = classifyEntraFailure(identityError({ errorNo: aadsts, errorCode: 'any', status: 400 }));
    const byText = classifyEntraFailure(identityError({ errorNo: String(aadsts) }));
    const byMessage = classifyEntraFailure(new Error(`invalid_client: AADSTS${aadsts}: text`));
    const byAnswer = classifyEntraFailure(new Error('x'), {
      answer: { status: 400, bodyText: entraBody(aadsts, 'any'), retryAfterMs: undefined },
    });

    for (const failure of [byNumber, byText, byMessage, byAnswer]) {
      expect(failure).toMatchObject({ blame, code });
      expect(failure.message).toContain(`AADSTS${aadsts}`);
    }
  });

  test('reads the number that MSAL repeats while it blocks a throttled tenant', () => {
    expect(classifyEntraFailure(identityError({ errorCode: '90055' }))).toMatchObject({
      code: 'entra-throttled',
      retriable: true,
    });
  });

  test('sees on the wire what MSAL hides when its discovery request is refused', () => {
    const hidden = new Error(
      'endpoints_resolution_error: See https://aka.ms/msal.js.errors#endpoints_resolution_error',
    );
    hidden.name = 'CredentialUnavailableError';

    const failure = classifyEntraFailure(hidden, {
      answer: { status: 400, bodyText: entraBody(90002, 'invalid_tenant'), retryAfterMs: undefined },
    });

    expect(failure).toMatchObject({ blame: 'tenant', code: 'tenant-not-found', status: 400, trackingId: TRACE_ID });
  });

  test.each([
    ['a 429', { status: 429, bodyText: '', retryAfterMs: 7_000 }, 'entra-throttled', 7_000],
    ['a 503 with a wait', { status: 503, bodyText: '<html>', retryAfterMs: 9_000 }, 'entra-unavailable', 9_000],
    ['a 500', { status: 500, bodyText: '{}', retryAfterMs: undefined }, 'entra-unavailable', undefined],
    ['a 408', { status: 408, bodyText: '', retryAfterMs: undefined }, 'entra-unavailable', undefined],
  ])('blames Microsoft for %s and keeps the wait', (_name, answer, code, retryAfterMs) => {
    const failure = classifyEntraFailure(identityError({}, 'Response had no "expiresOn" property.'), { answer });
    expect(failure).toMatchObject({ blame: 'microsoft', code, retriable: true });
    expect(failure.retryAfterMs).toBe(retryAfterMs);
  });

  test('names the network code when no answer came', () => {
    const failure = classifyEntraFailure(identityError({ errorCode: 'network_error' }), {
      networkCode: 'ECONNREFUSED',
    });
    expect(failure).toMatchObject({ blame: 'microsoft', code: 'entra-unavailable', retriable: true });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  test.each([
    ['consent_required', 'tenant', 'consent-missing'],
    ['unauthorized_client', 'tenant', 'tenant-refused'],
    ['interaction_required', 'tenant', 'tenant-refused'],
    ['invalid_client', 'partner', 'app-credential-refused'],
    ['invalid_scope', 'partner', 'app-misconfigured'],
    ['temporarily_unavailable', 'microsoft', 'entra-unavailable'],
    ['invalid_grant', 'collector', 'entra-refused'],
  ])('falls back on the text %s when the number is unknown', (error, blame, code) => {
    const bodyText = entraBody(999_999, error);
    const failure = classifyEntraFailure(new Error('x'), {
      answer: { status: 400, bodyText, retryAfterMs: undefined },
    });
    expect(failure).toMatchObject({ blame, code });
  });

  test.each(['', ': AADSTS999999: no text of ours'])(
    'takes invalid_client for a refused credential whatever the number is (%j)',
    (description) => {
      const bodyText = JSON.stringify({ error: 'invalid_client', error_description: description });
      const failure = classifyEntraFailure(new Error('x'), {
        answer: { status: 401, bodyText, retryAfterMs: undefined },
      });
      expect(failure).toMatchObject({ blame: 'partner', code: 'app-credential-refused', retriable: false });
    },
  );

  test.each(['interaction_required', 'unauthorized_client'])(
    'proves no missing consent by %s alone, and sends nobody to a new link at once',
    (error) => {
      for (const bodyText of [entraBody(999_999, error), JSON.stringify({ error })]) {
        const failure = classifyEntraFailure(new Error('x'), {
          answer: { status: 400, bodyText, retryAfterMs: undefined },
        });
        expect(failure).toMatchObject({ blame: 'tenant', code: 'tenant-refused' });
        expect(failure.action).not.toContain('consent link');
      }
    },
  );

  test('says that a tenant is blocked for inactivity whatever error text comes with the number', () => {
    for (const error of ['interaction_required', 'invalid_grant', 'unauthorized_client'])
      expect(
        classifyEntraFailure(new Error('x'), {
          answer: { status: 400, bodyText: entraBody(5000225, error), retryAfterMs: undefined },
        }),
      ).toMatchObject({ blame: 'tenant', code: 'tenant-blocked', action: expect.stringContaining('reactivate') });
  });

  test.each([
    ['an unknown number', entraBody(999_999, 'invalid_request'), 'AADSTS999999'],
    ['an unknown number with a known text', entraBody(999_999, 'interaction_required'), 'AADSTS999999'],
    ['an unknown text alone', '{"error":"slow_down"}', 'slow_down'],
    ['a known text alone', '{"error":"interaction_required"}', undefined],
    ['a known number', entraBody(7000215, 'invalid_client'), undefined],
  ])('names %s as what was refused with, so that two tenants can be compared', (_name, bodyText, unknownRefusal) => {
    const answer = { status: 400, bodyText, retryAfterMs: undefined };
    expect(classifyEntraFailure(new Error('x'), { answer }).unknownRefusal).toBe(unknownRefusal);
  });

  test('says that a 4xx without an OAuth body does not come from Entra', () => {
    const answer = { status: 403, bodyText: '<html>blocked</html>', retryAfterMs: undefined };
    expect(classifyEntraFailure(identityError({ errorCode: 'unknown_error', status: 403 }), { answer })).toMatchObject({
      blame: 'partner',
      code: 'app-misconfigured',
    });
  });

  test('calls an error that is no failed request a bug', () => {
    expect(classifyEntraFailure(new TypeError('x is not a function'))).toMatchObject({ code: 'entra-refused' });
    expect(classifyEntraFailure('text')).toMatchObject({ code: 'entra-refused' });
    expect(classifyEntraFailure(undefined)).toMatchObject({ code: 'entra-refused' });
  });

  test('hands on what was classified before', () => {
    const known = new AppError('vault-forbidden', 'Cannot read');
    expect(classifyEntraFailure(known)).toBe(known);
  });

  test('repeats nothing that Entra wrote but numbers and ids', () => {
    const canary = 'canary~Secret~Value';
    const bodyText = entraBody(7000215, 'invalid_client').replace('Some text', `You sent ${canary}`);
    const failure = classifyEntraFailure(identityError({ errorNo: 7000215, errorCode: canary }, `Sent ${canary}`), {
      answer: { status: 401, bodyText, retryAfterMs: undefined },
      networkCode: undefined,
    });
    expect(`${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`).not.toContain(canary);
    expect(failure.cause).toBeUndefined();
    expect(failure.message).toBe(
      `Cannot get a token from Entra as the client secret is not valid: AADSTS7000215, invalid_client, HTTP 401, trace id ${TRACE_ID}`,
    );
  });

  test('has an action for every problem, as a sentence without a full stop', () => {
    for (const { action } of Object.values(ENTRA_ERRORS)) expect(action).toMatch(/^[A-Z].{15,}[^.]$/);
    for (const [, [, reason]] of AADSTS_CODES) expect(reason).toMatch(/^(the|Entra|only|what|Conditional) .*[^.]$/);
  });
});
