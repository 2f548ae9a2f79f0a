import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_RETRY_MS, MIN_RETRY_MS, retryAfterMs } from '../../../shared/domain/values/retry-after.ts';

const ANSWERED_AT_MS = Date.UTC(2026, 10, 24, 12, 0, 0);
const header = (value: string | null): { get(name: string): string | null } => ({
  get: (name) => (name.toLowerCase() === 'retry-after' ? value : null),
});
const fromHeader = (value: string): number | undefined => retryAfterMs(header(value), '', ANSWERED_AT_MS);
const fromBody = (text: string): number | undefined => retryAfterMs(header(null), text, ANSWERED_AT_MS);

describe('retryAfterMs()', () => {
  test.each([
    ['17', 17_000],
    [' 2.5 ', 2_500],
    ['0', MIN_RETRY_MS],
    ['86400', MAX_RETRY_MS],
    ['Tue, 24 Nov 2026 12:01:30 GMT', 90_000],
    ['Tuesday, 24-Nov-26 12:01:30 GMT', 90_000],
    ['Tue, 24 Nov 2026 12:00:01 GMT', 1_000],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('reads the header %j as %p ms', (value, expected) => {
    expect(fromHeader(value)).toBe(expected);
  });

  test.each([
    ['{"error":{"code":"TooManyRequests","message":"Rate limit is exceeded. Try again in 34 seconds."}}', 34_000],
    ['API calls quota exceeded! Maximum allowed 50 per 60 seconds. Retry after 12 seconds', 12_000],
    ['Quota of 1500 calls per hour reached, it is reset in 3 minutes', 180_000],
    ['wait 1500 ms', 1_500],
    ['The quota is reset in 00:02:05', 125_000],
    ['New calls are possible at 2026-11-24T12:00:40.5Z', 40_500],
    ['New calls are possible at 2026-11-24T12:00:40', 40_000],
    ['{"retryAfter":17}', 17_000],
    ['{"retry_after_seconds": 9}', 9_000],
    ['{"retryAfter": 9.5}', 9_500],
    ['{"retryAfter":"2026-11-24T12:00:40Z"}', 40_000],
    ['{"resetIn":"3 minutes"}', 180_000],
    ['{"nextCall": "00:00:07"}', 7_000],
    ['50 calls in 60 seconds were exceeded', 60_000],
    ['Too many requests', undefined],
    ['', undefined],
  ])('reads the body %j as %p ms', (text, expected) => {
    expect(fromBody(text)).toBe(expected);
  });

  test.each([
    [
      'the error happened',
      '{"error":{"code":"TooManyRequests","message":"Too many requests.","innerError":{"date":"%"}}}',
    ],
    ['of an error that asks to try again', '{"error":{"message":"Please try again.","innerError":{"date":"%"}}}'],
    ['in a property of any name', '{"error":{"message":"Too many requests, wait","timestamp":"%","requestId":"1"}}'],
    ['in the text', 'Too many requests. Trace ID: 1 Timestamp: %'],
  ])('takes the moment when %s for no wait, whatever the clock of that machine', (_place, text) => {
    for (const moment of ['11:59:58Z', '12:00:00Z', '12:00:00', '12:00:00.9999999Z', '12:00:05.1Z', '13:30:00Z'])
      expect(fromBody(text.replace('%', `2026-11-24T${moment}`))).toBeUndefined();
  });

  test.each([
    ['"retry after" a moment before the answer', '{"retryAfter":"2026-11-24T11:59:59Z"}'],
    ['"retry after" the second of the answer', 'Retry after 2026-11-24T12:00:00.4Z'],
    ['"again after" an old moment', 'Try again after 2025-01-01T00:00:00Z'],
    ['a time of day', 'New calls can be made again at 12:00:40'],
    ['a time of day with its zone', 'Try again after 12:00:40 UTC'],
    ['how long the call took', '{"message":"Too many requests, try later","elapsed":"15 ms"}'],
    ['how fast it failed', 'Too many requests (failed in 15 ms)'],
  ])('reads %s as no wait', (_kind, text) => {
    expect(fromBody(text)).toBeUndefined();
  });

  test('waits until the moment that is later than the answer when the body names an earlier one too', () => {
    const text =
      '{"retryFrom":"2026-11-24T11:59:00Z","innerError":{"date":"2026-11-24T12:00:00Z"},"retryAt":"2026-11-24T12:00:30Z"}';
    expect(fromBody(text)).toBe(30_000);
  });

  test.each(['Tue, 24 Nov 2026 11:00:00 GMT', 'Tue, 24 Nov 2026 12:00:00 GMT'])(
    'takes the header date %s, which is not later than the answer, for no wait and asks the body',
    (value) => {
      expect(fromHeader(value)).toBeUndefined();
      expect(retryAfterMs(header(value), 'try again in 50 seconds', ANSWERED_AT_MS)).toBe(50_000);
    },
  );

  test('believes the header before the body', () => {
    expect(retryAfterMs(header('5'), 'try again in 50 seconds', ANSWERED_AT_MS)).toBe(5_000);
    expect(retryAfterMs(header('soon'), 'try again in 50 seconds', ANSWERED_AT_MS)).toBe(50_000);
  });

  test('takes any whole number of seconds, clamped to 1 s to 1 h', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seconds) => {
        const expected = Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, seconds * 1_000));
        expect(fromHeader(String(seconds))).toBe(expected);
        expect(fromBody(`Please retry after ${seconds} seconds.`)).toBe(expected);
      }),
    );
  });

  test('answers undefined or 1 s to 1 h for any text, and never throws', () => {
    const words = fc.constantFrom(
      'retry',
      'after',
      '12',
      '99999999999',
      'seconds',
      '00:99:99',
      '2026-13-45T99:99:99Z',
      ':',
      '.',
      'h',
    );
    const anyText = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(anyText, anyText, (value, body) => {
        const wait = retryAfterMs(header(value), body, ANSWERED_AT_MS);
        expect(wait === undefined || (wait >= MIN_RETRY_MS && wait <= MAX_RETRY_MS)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
