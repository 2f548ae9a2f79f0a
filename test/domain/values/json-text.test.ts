import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson, toJsonText } from '../../../shared/domain/values/json-text.ts';

describe('parseJson()', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(toJsonText(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('toJsonText() prints any whole number as it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (number) => {
        const text = `{"a":[${number},{"b":${number}}],"c":"x: ${number}"}`;
        expect(toJsonText(parseJson(text))).toBe(text);
      }),
    );
  });

  test('keeps a number with an exponent as printed, whatever its neighbours are', () => {
    expect(toJsonText(parseJson('{"id":1e20,"other":1}'))).toBe('{"id":1e20,"other":1}');
    expect(toJsonText(parseJson('{"id":1e400,"other":9007199254740993}'))).toBe(
      '{"id":1e400,"other":9007199254740993}',
    );
  });

  test('reads a text with a byte order mark', () => {
    expect(parseJson('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  test('keeps a large number as text where the depth rules out a reviver', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);

    const parsed = parseJson(
      `{"id":9007199254740993,"said":"\\":9007199254740993","part":0.12345678901234568,"deep":${deep}}`,
    );

    expect(parsed).toMatchObject({ id: '9007199254740993', said: '":9007199254740993', part: 0.12345678901234568 });
    expect(toJsonText(parsed)).toMatch(/^\{"id":"9007199254740993",.*"deep":\[\[.*null.*\]\]\}$/);
  });
});
