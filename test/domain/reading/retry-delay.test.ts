import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retryDelayMs } from '../../../shared/domain/reading/retry-delay.ts';
import { AppError, type AppErrorDetails } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';

const failure = (code: ErrorCode, details: AppErrorDetails = {}): AppError =>
  new AppError(code, 'It failed', { blame: 'microsoft', retriable: true, ...details });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 1, max: 20 });

describe('retryDelayMs()', () => {
  test.each([
    ['throttled', 1, 10_000],
    ['throttled', 2, 30_000],
    ['throttled', 3, 60_000],
    ['throttled', 9, 60_000],
    ['source-unavailable', 1, 500],
    ['source-unavailable', 2, 2_000],
    ['source-unavailable', 3, 8_000],
    ['source-unavailable', 9, 8_000],
  ] as const)('waits for %s, attempt %i, between half and all of %i ms', (code, number, most) => {
    expect(retryDelayMs(failure(code), number, () => 0)).toBe(most / 2);
    fc.assert(
      fc.property(random, (drawn) => {
        const delay = retryDelayMs(failure(code), number, () => drawn) ?? 0;
        expect(delay >= most / 2 && delay <= most && Number.isInteger(delay)).toBe(true);
      }),
    );
  });

  test('obeys the service to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 3_600_000 }), attempt, random, (retryAfterMs, number, drawn) => {
        expect(retryDelayMs(failure('throttled', { retryAfterMs }), number, () => drawn)).toBe(retryAfterMs);
      }),
    );
  });

  test('has no delay for what does not pass by itself', () => {
    const never = [new Error('bug'), 'text', undefined, failure('missing-role', { retriable: false })];
    fc.assert(
      fc.property(fc.constantFrom(...never), attempt, (error, number) => {
        expect(retryDelayMs(error, number, () => 0.5)).toBeUndefined();
      }),
    );
  });
});
