import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatTicks,
  MAX_TICKS,
  maxTicks,
  minTicks,
  msFromTicks,
  readTicks,
  readTime,
  TICKS_PER_MINUTE,
  TICKS_PER_MS,
  ticksFromMs,
} from '../../../shared/domain/values/ticks.ts';

const anyTicks = fc.bigInt({ min: 0n, max: MAX_TICKS });
const EPOCH = 621_355_968_000_000_000n;

describe('readTicks()', () => {
  test.each([
    ['0001-01-01T00:00:00Z', 0n],
    ['1970-01-01T00:00:00Z', EPOCH],
    ['1970-01-01T00:00:00.0000001Z', EPOCH + 1n],
    ['1970-01-01T00:00:00.000000199Z', EPOCH + 1n],
    ['1970-01-01T00:00:00.5Z', EPOCH + 5_000_000n],
    ['1970-01-01T02:00:00+02:00', EPOCH],
    ['1969-12-31T19:30:00-0430', EPOCH],
    ['1970-01-01 00:00', EPOCH],
    ['2024-02-29T00:00:00', 638_447_616_000_000_000n],
    ['9999-12-31T23:59:59.9999999Z', MAX_TICKS],
  ])('reads %s', (text, expected) => {
    expect(readTicks(text)).toBe(expected);
  });

  test.each([
    '2023-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00Z, or later',
    '',
  ])('refuses %j', (text) => {
    expect(readTicks(text)).toBeUndefined();
  });

  test('answers undefined or a moment of the scale for any value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.date().map(String)), (value) => {
        const ticks = readTicks(value);
        expect(ticks === undefined || (ticks >= 0n && ticks <= MAX_TICKS)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('reads 0 to 7 fraction digits as the same moment padded with zeros', () => {
    fc.assert(
      fc.property(anyTicks, fc.integer({ min: 0, max: 7 }), (ticks, digits) => {
        const whole = formatTicks(ticks);
        const cut = digits === 0 ? whole.slice(0, 19) : whole.slice(0, 20 + digits);
        expect(readTicks(`${cut}Z`)).toBe(readTicks(`${cut.padEnd(20, '.').padEnd(27, '0')}Z`));
      }),
    );
  });

  test('takes an offset off', () => {
    const aDay = 24n * 60n * TICKS_PER_MINUTE;
    fc.assert(
      fc.property(
        fc.bigInt({ min: aDay, max: MAX_TICKS - aDay }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (ticks, minutes) => {
          const local = formatTicks(ticks + BigInt(minutes) * TICKS_PER_MINUTE).slice(0, -1);
          const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
          const sign = minutes < 0 ? '-' : '+';
          const offset = `${sign}${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
          expect(readTicks(local + offset)).toBe(ticks);
          expect(readTicks(local + offset.replace(':', ''))).toBe(ticks);
        },
      ),
    );
  });
});

describe('readTime()', () => {
  const numbers = fc.tuple(
    fc.integer({ min: 0, max: 10_000 }),
    fc.integer({ min: 0, max: 14 }),
    fc.integer({ min: 0, max: 33 }),
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: 0, max: 61 }),
    fc.integer({ min: 0, max: 61 }),
  );
  const ends = fc.oneof(
    fc.stringMatching(/^\.\d{0,10}Z$/),
    fc.constantFrom('Z', '', 'z', '+02:00', ',5Z', '.1 Z', '.1xZ'),
  );

  /** By the rules of `Date`. */
  function expected(whole: string, fraction: string): string | undefined {
    const date = new Date(`${whole}Z`);
    const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(whole);
    return exists ? `${whole}.${fraction.slice(0, 7).padEnd(7, '0')}Z` : undefined;
  }

  test('writes what readTicks() reads, for times that exist and for those that do not', () => {
    fc.assert(
      fc.property(numbers, ends, (parts, end) => {
        const [year = '', month, day, ...time] = parts.map((part) => String(part).padStart(2, '0'));
        const whole = `${year.padStart(4, '0')}-${month}-${day}T${time.join(':')}`;
        const ticks = readTicks(whole + end);
        expect(readTime(whole + end)).toBe(ticks === undefined ? undefined : formatTicks(ticks));
        const plain = /^(?:\.(\d{1,9}))?Z$/.exec(end);
        if (plain !== null && parts[0] > 0 && parts[0] < 10_000)
          expect(readTime(whole + end)).toBe(expected(whole, plain[1] ?? ''));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['2024-02-29T23:59:59.9999999Z', '1999-12-31T00:00:00Z', '2000-02-29T00:00:00.1Z', '0999-12-31T00:00:00Z'])(
    'and readTicks() know %s',
    (text) => {
      const [whole = '', fraction = ''] = text.slice(0, -1).split('.');
      expect(readTime(text)).toBe(`${whole}.${fraction.padEnd(7, '0')}Z`);
      expect(readTicks(text)).toBe(ticksFromMs(Date.parse(`${whole}Z`)) + BigInt(fraction.padEnd(7, '0')));
    },
  );

  test.each(['1900-02-29T00:00:00Z', '2023-02-29T00:00:00.0Z', '2024-04-31T00:00:00Z', '2024-01-01T00:00:60Z'])(
    'and readTicks() refuse %s',
    (text) => {
      expect([readTime(text), readTicks(text)]).toEqual([undefined, undefined]);
    },
  );
});

describe('formatTicks()', () => {
  test('is read back as the same tick', () => {
    fc.assert(
      fc.property(anyTicks, (ticks) => {
        expect(formatTicks(ticks)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/);
        expect(readTicks(formatTicks(ticks))).toBe(ticks);
      }),
      { numRuns: 300 },
    );
  });

  test('sorts as the moments do', () => {
    const neighbours = fc.tuple(anyTicks, fc.bigInt({ min: -20_000_000n, max: 20_000_000n }));
    fc.assert(
      fc.property(neighbours, ([ticks, step]) => {
        const other = minTicks(maxTicks(ticks + step, 0n), MAX_TICKS);
        expect(formatTicks(ticks) < formatTicks(other)).toBe(ticks < other);
      }),
    );
  });
});

describe('msFromTicks()', () => {
  test('turns ticksFromMs() back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
        expect(msFromTicks(ticksFromMs(ms))).toBe(ms);
        expect(formatTicks(ticksFromMs(ms)).slice(0, 23)).toBe(new Date(ms).toISOString().slice(0, 23));
      }),
    );
  });

  test('rounds down, before 1970 too', () => {
    fc.assert(
      fc.property(anyTicks, (ticks) => {
        const rest = ticks - ticksFromMs(msFromTicks(ticks));
        expect(rest >= 0n && rest < TICKS_PER_MS).toBe(true);
      }),
    );
  });
});
