import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { saysIncomplete } from '../../../shared/domain/defender/says-incomplete.ts';

describe('saysIncomplete()', () => {
  test.each([
    [200, false],
    [203, false],
    [206, true],
    [202, true],
    [207, true],
    [226, true],
  ])('reads status %d without a warning as %p', (status, expected) => {
    expect(saysIncomplete(status, null)).toBe(expected);
  });

  test.each([
    '199 - "partial"',
    '199 - "Microsoft/Defender for Identity/504/10000"',
    '199 - "Vendor2/Provider 2/504/10000", 199 - "Vendor4/Provider 4/403/10"',
    '299 - "Deprecated API, use \\"v2\\"", 199 api.security.microsoft.com "Microsoft/MDO/504/10000"',
    '214 proxy "Transformation Applied" "Tue, 24 Nov 2026 12:00:00 GMT" , 199 - "Microsoft/MDO/500/3"',
    '199',
    '199 Microsoft/MDO/504/10000',
    '199 - "never closed',
    ' 199\t-',
    'partial result',
    '"Incomplete: a provider did not answer"',
  ])('reads the warning %j as incomplete', (warning) => {
    expect(saysIncomplete(200, warning)).toBe(true);
  });

  test.each([
    '299 - "This API is deprecated and ends on 2027-02-01"',
    '299 - "Deprecated" "Wed, 21 Oct 2026 07:28:00 GMT"',
    '299 - "Partial support of $filter is deprecated, see 199"',
    '299 - "say \\", 199 - \\" in quotes"',
    '214 proxy.example:8080 "Transformation Applied"',
    '110 - "Response is Stale"',
    '111 - "Revalidation Failed"',
    '112 - "Disconnected Operation"',
    '113 cache "Heuristic Expiration"',
    '299 10.0.0.199 "Deprecated"',
    '110 cache "Response is Stale", 214 proxy "Transformation Applied"',
    '',
    'deprecated',
    '1990 - "x"',
  ])('reads the warning %j as nothing about what is in the answer', (warning) => {
    expect(saysIncomplete(200, warning)).toBe(false);
  });

  test("finds Microsoft's code among any other warnings, wherever it stands, and nowhere in their texts", () => {
    const text = fc.string().map((words) => JSON.stringify(words.replace(/[^ -~]/g, '')));
    const other = fc.tuple(fc.constantFrom('110', '111', '112', '113', '214', '299'), text);
    const value = (code: string, words: string): string => `${code} - ${words}`;
    fc.assert(
      fc.property(fc.array(other, { minLength: 1, maxLength: 4 }), fc.nat(4), text, (others, at, words) => {
        const values = others.map(([code, said]) => value(code, said));
        expect(saysIncomplete(200, values.join(', '))).toBe(false);
        const withMicrosofts = values.toSpliced(at, 0, value('199', words));
        expect(saysIncomplete(200, withMicrosofts.join(', '))).toBe(true);
      }),
    );
  });

  test('reads any header without throwing, and a long one at once', () => {
    fc.assert(fc.property(fc.string(), (warning) => typeof saysIncomplete(200, warning) === 'boolean'));
    expect(saysIncomplete(200, `299 - ${'"\\'.repeat(100_000)}`)).toBe(false);
  });
});
