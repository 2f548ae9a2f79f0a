import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agesOf, noteArrivals, type Arrivals } from '../../../shared/domain/incidents/arrivals.ts';
import { findSilence } from '../../../shared/domain/incidents/silence.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../../../shared/domain/values/ticks.ts';

/** A Monday, at midnight. */
const START = 100_000n * 7n * TICKS_PER_DAY;
const NOW = START + 60n * TICKS_PER_DAY;
const hours = (count: number): Ticks => BigInt(Math.round(count * 3_600)) * (TICKS_PER_HOUR / 3_600n);
const days = (count: number): Ticks => hours(count * 24);

describe('noteArrivals()', () => {
  const times = fc.array(
    fc.bigInt({ min: 0n, max: 80n * TICKS_PER_DAY }).map((at) => START + at),
    { minLength: 1, maxLength: 30 },
  );

  test('keeps the newest and the hours of the four weeks before it, whatever the order, however often it is told', () => {
    fc.assert(
      fc.property(times, fc.array(fc.nat(29)), fc.nat(30), (all, again, cut) => {
        const told = [...all, ...again.flatMap((index) => all[index] ?? [])].reverse();
        const first = noteArrivals(undefined, told.slice(0, cut), NOW);
        const noted = noteArrivals(first, told.slice(cut), NOW);

        const past = all.filter((at) => at <= NOW).sort((a, b) => (a < b ? 1 : -1));
        const newestHour = (past[0] ?? 0n) / TICKS_PER_HOUR;
        const ages = past.map((at) => Number(newestHour - at / TICKS_PER_HOUR)).filter((age) => age < 28 * 24);
        expect(noted?.newestAt).toBe(past[0]);
        expect(noted === undefined ? [] : agesOf(noted)).toEqual([...new Set(ages)]);
      }),
    );
  });

  test('takes no notice of a time that is yet to come', () => {
    const noted = noteArrivals(undefined, [NOW], NOW);
    expect(noteArrivals(noted, [NOW + days(3_000)], NOW)).toEqual(noted);
    expect(noteArrivals(undefined, [NOW + 1n], NOW)).toBeUndefined();
  });
});

/** Incidents so many hours after the start. */
const arrivalsAt = (all: readonly number[]): Arrivals | undefined =>
  noteArrivals(
    undefined,
    all.map((at) => START + hours(at)),
    NOW,
  );

/** Four weeks of working days from nine to five, with one incident an hour. */
const OFFICE = Array.from({ length: 28 }, (_, day) => day)
  .filter((day) => day % 7 < 5)
  .flatMap((day) => [9, 10, 11, 12, 13, 14, 15, 16].map((hour) => day * 24 + hour));

function silenceOf(all: readonly number[], completeThrough: Ticks, fields: Partial<TenantState> = {}) {
  const state = { status: 'active', isPaused: false, backfill: undefined, arrivals: arrivalsAt(all) } as const;
  return findSilence({ ...state, completeThrough, ...fields });
}

describe('findSilence()', () => {
  test('speaks of an office only when it is quiet for three weekends in a row, and says what is usual', () => {
    const newest = START + hours(25 * 24 + 16);
    const weekend = hours(65);
    expect(silenceOf(OFFICE, newest + 3n * weekend)).toBeUndefined();
    expect(silenceOf(OFFICE, newest + 3n * weekend + 1n)).toEqual({
      since: newest,
      until: newest + 3n * weekend + 1n,
      usualPause: weekend,
    });
  });

  test('is not made longer by one holiday', () => {
    const withHoliday = OFFICE.filter((at) => at < 7 * 24 || at >= 13 * 24);
    const newest = START + hours(25 * 24 + 16);
    expect(silenceOf(withHoliday, newest + days(9))?.usualPause).toBe(hours(65));
  });

  test('never speaks of less than a day, however much comes otherwise', () => {
    const hourly = Array.from({ length: 28 * 24 }, (_, hour) => hour);
    const newest = START + hours(28 * 24 - 1);
    expect(silenceOf(hourly, newest + days(1))).toBeUndefined();
    expect(silenceOf(hourly, newest + days(1) + 1n)).toMatchObject({ usualPause: hours(1) });
  });

  test('keeps on as long as nothing comes', () => {
    expect(silenceOf(OFFICE, START + days(4_000))).toMatchObject({ usualPause: hours(65) });
  });

  test.each([
    ['fewer than 20 hours with incidents', OFFICE.filter((_, index) => index % 9 === 0)],
    ['a burst of 200 incidents and nothing else', Array.from({ length: 200 }, (_, index) => index / 100)],
    ['incidents of less than two weeks', OFFICE.filter((at) => at < 14 * 24)],
    ['no incidents', []],
  ])('says nothing of a customer with %s', (_, all) => {
    expect(silenceOf(all, START + days(400))).toBeUndefined();
  });

  test.each<[string, Partial<TenantState>]>([
    ['whose consent is missing', { status: 'consent-missing' }],
    ['that is paused', { isPaused: true }],
    ['that was never read whole', { completeThrough: undefined }],
    ['whose rhythm an earlier version did not note', { arrivals: undefined }],
  ])('says nothing of a customer %s', (_, fields) => {
    expect(silenceOf(OFFICE, START + days(400), fields)).toBeUndefined();
  });

  test('is wrong about once in five years where one incident a day comes by chance', () => {
    const [perDay, years] = [1, 60];
    let [seed, at, falseOnes] = [7, 0, 0];
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    let arrivals: Arrivals | undefined;
    while (at < years * 365 * 24) {
      const next = at - (Math.log(random()) * 24) / perDay;
      const completeThrough = START + hours(next);
      const seen = { status: 'active', isPaused: false, backfill: undefined, arrivals, completeThrough } as const;
      if (findSilence(seen) !== undefined) falseOnes += 1;
      arrivals = noteArrivals(arrivals, [completeThrough], completeThrough);
      at = next;
    }
    expect(falseOnes).toBeGreaterThan(0);
    expect(falseOnes).toBeLessThan(years / 3);
  });
});
