import { describe, expect, test } from '@jest/globals';
import { explainEnd, signAfter } from '../../../shared/domain/tenants/source-sign.ts';
import { AppError, type AppErrorDetails } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';

const NOW = 1_000n;
const BEFORE = { kind: 'gone', since: 1n, message: 'before' } as const;

const failure = (code: ErrorCode, details: AppErrorDetails = {}): AppError =>
  new AppError(code, `Cannot read: ${code}`, details);

describe('signAfter()', () => {
  test.each<[string, AppError]>([
    ['no such address', failure('endpoint-not-found', { status: 404 })],
    ['an HTML page with 404', failure('bad-page', { status: 404, retriable: true })],
    ['an HTML page with 410', failure('bad-page', { status: 410, retriable: true })],
    ['a refused query', failure('bad-request', { status: 400 })],
    ['a refusal without a role or licence', failure('forbidden', { status: 403 })],
    [
      'a host that no longer resolves',
      failure('source-unavailable', { retriable: true, cause: Object.assign(new Error('dns'), { code: 'ENOTFOUND' }) }),
    ],
  ])('takes %s for a sign', (_name, error) => {
    expect(signAfter(error, undefined, NOW)).toEqual({ kind: 'gone', since: NOW, message: error.message });
    expect(signAfter(error, BEFORE, NOW)?.since).toBe(1n);
  });

  test('takes what is not shown any more for a sign', () => {
    expect(signAfter(failure('source-silent'), undefined, NOW)).toMatchObject({ kind: 'silent', since: NOW });
  });

  test.each([
    failure('source-unavailable', { status: 503, retriable: true }),
    failure('source-unavailable', { retriable: true, cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
    failure('throttled', { status: 429, retriable: true }),
    failure('bad-page', { status: 200, retriable: true }),
    failure('source-suspected'),
    failure('budget-spent'),
    new Error('a bug'),
  ])('leaves it as it was after %s', (error) => {
    expect(signAfter(error, undefined, NOW)).toBeUndefined();
    expect(signAfter(error, BEFORE, NOW)).toEqual(BEFORE);
  });

  test.each(['missing-role', 'not-licensed', 'consent-missing', 'unauthorized'] as const)(
    'takes %s for an answer of a service that lives',
    (code) => {
      expect(signAfter(failure(code), BEFORE, NOW)).toBeUndefined();
    },
  );
});

describe('explainEnd()', () => {
  const problem = {
    code: 'missing-role',
    message: 'Cannot use the token: it lacks the role',
    blame: 'tenant',
    action: 'Send the customer a new consent link',
    since: 1n,
    missingRoles: ['SecurityIncident.Read.All'],
  } as const;
  const gone = failure('endpoint-not-found', { status: 404 });

  test('says what to send instead of what is gone', () => {
    expect(explainEnd(gone, { move: { since: 1n, problem } })).toMatchObject({
      code: 'source-retired',
      blame: 'tenant',
      missingRoles: ['SecurityIncident.Read.All'],
      action: expect.stringMatching(/consent link made with {"source": "auto"}.*SecurityIncident\.Read\.All/),
    });
  });

  test('leaves all else as it is', () => {
    const down = failure('source-unavailable', { status: 503, retriable: true });

    expect(explainEnd(gone, undefined)).toBe(gone);
    expect(explainEnd(gone, { move: undefined })).toBe(gone);
    expect(explainEnd(down, { move: { since: 1n, problem } })).toBe(down);
  });
});
