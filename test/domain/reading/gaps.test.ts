import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addGap, newGap, postponeGap, toRetry, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR } from '../../../shared/domain/values/ticks.ts';

const reason = fc.constantFrom('bad-page', 'incident-without-id');
const gap = fc
  .tuple(fc.bigInt(0n, 30n), fc.bigInt(1n, 10n), reason)
  .map(([from, size, why]) => newGap(from, from + size, why, 0n));

const covers = (gaps: readonly Gap[], at: bigint, why: string): boolean =>
  gaps.some((known) => known.reason === why && known.from <= at && at < known.to);

describe('addGap()', () => {
  test('covers exactly what was added, and adds nothing twice', () => {
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 12 }), (added) => {
        const gaps = added.reduce<Gap[]>(addGap, []);
        for (let at = 0n; at <= 40n; at += 1n)
          for (const why of ['bad-page', 'incident-without-id'])
            expect(covers(gaps, at, why)).toBe(covers(added, at, why));
        expect(added.reduce<Gap[]>(addGap, gaps)).toEqual(gaps);
      }),
    );
  });

  test('keeps the list that it was given as it was', () => {
    const before = [newGap(0n, 5n, 'bad-page', 0n)];
    expect(addGap(before, newGap(1n, 5n, 'bad-page', 9n))).toEqual(before);
    expect(addGap(before, newGap(1n, 5n, 'source-unavailable', 9n))).toHaveLength(2);
    expect(addGap(before, newGap(1n, 6n, 'bad-page', 9n))).toHaveLength(2);
    expect(before).toHaveLength(1);
  });
});

/** Gaps of which a part was seen to fail: the seconds around it are unknown as well, and are not read again. */
const gapAroundPart = fc
  .tuple(gap, fc.bigInt(0n, 4n), fc.bigInt(0n, 4n), fc.boolean())
  .map(([known, before, behind, isNarrow]): Gap => ({
    ...known,
    from: known.from - before,
    to: known.to + behind,
    part: { from: known.from, to: known.to, isNarrow },
  }));

test('whatever gaps come together, the retries of those that are kept read all that those of each would have read', () => {
  const isReadAgain = (gaps: readonly Gap[], at: bigint, why: string): boolean =>
    covers(
      gaps.map((known) => ({ ...known, ...toRetry(known) })),
      at,
      why,
    );
  fc.assert(
    fc.property(fc.array(fc.oneof(gap, gapAroundPart), { maxLength: 12 }), (added) => {
      const gaps = added.reduce<Gap[]>(addGap, []);
      for (let at = 0n; at <= 40n; at += 1n)
        for (const why of ['bad-page', 'incident-without-id'])
          expect(isReadAgain(gaps, at, why)).toBe(isReadAgain(added, at, why));
    }),
  );
});

describe('postponeGap()', () => {
  test('tries again hourly for a day, then daily', () => {
    let known = newGap(0n, 5n, 'bad-page', 1_000n);
    const waits: bigint[] = [];
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const now = known.retryAt;
      known = postponeGap(known, now);
      waits.push(known.retryAt - now);
    }
    expect(waits.slice(0, 23)).toEqual(Array.from({ length: 23 }, () => TICKS_PER_HOUR));
    expect(waits.slice(23)).toEqual(Array.from({ length: 7 }, () => TICKS_PER_DAY));
    expect(known).toMatchObject({ from: 0n, to: 5n, reason: 'bad-page', since: 1_000n });
  });
});
