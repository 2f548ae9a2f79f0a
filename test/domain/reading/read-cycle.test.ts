import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { advance, nextWindow, startCycle, type FilterUnit } from '../../../shared/domain/reading/read-cycle.ts';
import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import { ticksOf } from '../../helpers/seed.ts';
import { driveCycle, type StaticSource } from '../../helpers/window-driver.ts';

const FROM = ticksOf('2026-01-01T00:00:00Z');
const NOW = FROM + 30n * TICKS_PER_DAY;
const width = fc.constantFrom(1n, 50n, 3_000n, TICKS_PER_MS, TICKS_PER_SECOND, TICKS_PER_HOUR, 30n * TICKS_PER_DAY);

/** Incidents in some stretches of the range: evenly, at one instant or anywhere in it. */
const stretch = fc.record({
  start: fc.double({ min: 0, max: 0.999, noNaN: true }),
  width,
  count: fc.integer({ min: 1, max: 400 }),
  seed: fc.integer({ min: 1, max: 10_000 }),
});
type Stretch = typeof stretch extends fc.Arbitrary<infer T> ? T : never;

/** Deterministic and spread: the fraction of a multiple of the golden ratio. */
const scatter = (index: number, seed: number): number => ((index + 1) * seed * 0.618_033_988_749_894_9) % 1;

const timesOf = (stretches: readonly Stretch[]): Ticks[] =>
  stretches.flatMap(({ start, width: wide, count, seed }) =>
    Array.from({ length: count }, (_, index) => {
      const at =
        FROM + BigInt(Math.floor(start * Number(NOW - FROM))) + BigInt(Math.floor(scatter(index, seed) * Number(wide)));
      return at < NOW ? at : NOW - 1n;
    }),
  );

const ORDERS: Record<string, StaticSource['rank']> = {
  newestFirst: (at) => -Number(at - FROM),
  oldestFirst: (at) => Number(at - FROM),
  byId: (_at, index) => scatter(index, 7),
  shuffled: (_at, index, call) => scatter(index, 3 + call),
  outermostFirst: (at) => -Math.abs(Number(at - FROM) - Number(NOW - FROM) / 2),
};
const order = fc.constantFrom(...Object.keys(ORDERS));
const range = fc.constantFrom({ from: FROM, to: undefined, now: NOW }, { from: FROM, to: NOW, now: NOW });

function sourceOf(times: readonly Ticks[], name: string, cap: number): StaticSource {
  return { times, rank: ORDERS[name] ?? (() => 0), cap };
}

describe('nextWindow()', () => {
  test('with splits and ventures covers every incident once, whatever the distribution, the order and the page size', () => {
    fc.assert(
      fc.property(
        fc.array(stretch, { maxLength: 5 }),
        order,
        fc.constantFrom(2, 10, 50, 100),
        range,
        (all, name, cap, whole) => {
          const times = timesOf(all).slice(0, cap * 30);
          const { seen } = driveCycle(sourceOf(times, name, cap), whole);
          expect(seen).toEqual(times.map(() => 1));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('covers every incident in coarser units too', () => {
    const unit = fc.constantFrom<FilterUnit>('ms', 's');
    const wide = stretch.map((one) => ({ ...one, width: TICKS_PER_HOUR + BigInt(one.seed) * TICKS_PER_MINUTE }));
    const early = fc.bigInt(0n, 20_000_000n);
    fc.assert(
      fc.property(fc.array(wide, { maxLength: 4 }), order, unit, early, (all, name, size, before) => {
        const times = timesOf(all);
        const whole = { from: FROM - before, to: undefined, now: NOW };
        const { seen, calls } = driveCycle(sourceOf(times, name, 100), whole, size);
        expect(seen.every((count) => count >= 1)).toBe(true);
        expect(calls).toBeLessThanOrEqual((4 * times.length) / 100 + 10);
      }),
      { numRuns: 40 },
    );
  });

  test('asks at most 4 × N/100 + 10 times for any distribution without crowded instants', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 6 }), order, range, (all, name, whole) => {
        const times = timesOf(all);
        const { calls, instants } = driveCycle(sourceOf(times, name, 100), whole);
        fc.pre(instants === 0);
        expect(calls).toBeLessThanOrEqual((4 * times.length) / 100 + 10);
      }),
      { numRuns: 150 },
    );
  });

  test.each([100, 50, 10])('asks at most 2 × N/%i + 10 times for evenly spread incidents', (page) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * page }), order, range, fc.boolean(), (count, name, whole, isExact) => {
        const step = Number(NOW - FROM) / (count + 1);
        const times = Array.from(
          { length: count },
          (_, index) => FROM + BigInt(Math.floor(step * (isExact ? index + 1 : index + scatter(index, 11)))),
        );
        const { calls } = driveCycle(sourceOf(times, name, page), whole);
        expect(calls).toBeLessThanOrEqual((2 * count) / page + 10);
      }),
      { numRuns: 80 },
    );
  });

  test('asks once when a page is enough', () => {
    const times = Array.from({ length: 99 }, () => FROM);
    expect(driveCycle(sourceOf(times, 'byId', 100), { from: FROM, to: undefined, now: NOW }).calls).toBe(1);
  });

  test('goes from the cursor to the first bound, else to the end', () => {
    const cycle = startCycle(10n, 90n, 0n);
    expect(nextWindow(cycle)).toEqual({ from: 10n, to: 90n });
    expect(nextWindow({ ...cycle, bounds: [20n, 30n] })).toEqual({ from: 10n, to: 20n });
    expect(nextWindow(advance({ ...cycle, bounds: [20n, 30n] }, 20n))).toEqual({ from: 20n, to: 30n });
    expect(nextWindow(startCycle(10n, undefined, 0n))).toEqual({ from: 10n, to: undefined });
  });
});
