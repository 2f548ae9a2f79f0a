import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wrapInGzip } from '../../../shared/domain/rows/wrap-in-gzip.ts';

describe('wrapInGzip()', () => {
  test('is what every reader of gzip unpacks to the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
        expect(gunzipSync(wrapInGzip(text)).toString()).toBe(text);
      }),
    );
  });

  test('refuses what is longer than one block can be, instead of cutting it', () => {
    expect(gunzipSync(wrapInGzip('x'.repeat(65_535)))).toHaveLength(65_535);
    expect(() => wrapInGzip('x'.repeat(65_536))).toThrow('65536 bytes');
  });
});
