import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addBounds,
  advance,
  boundsBetween,
  coarserUnit,
  isInside,
  MAX_BOUNDS,
  noteAnswer,
  splitPoints,
  startCycle,
  ventureWindow,
  widenWindow,
} from '../../../shared/domain/reading/read-cycle.ts';
import { TICKS_PER_DAY, TICKS_PER_MS } from '../../../shared/domain/values/ticks.ts';
import { ticksOf } from '../../helpers/seed.ts';

const FROM = ticksOf('2026-01-01T00:00:00Z');
const NOW = FROM + 30n * TICKS_PER_DAY;

describe('splitPoints()', () => {
  const small = fc.bigInt({ min: 0n, max: 40n });

  test('cuts inside the window, with at least half of the page right of the first cut or at its start', () => {
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1 }),
        small,
        fc.option(small, { nil: undefined }),
        (offsets, from, size) => {
          const window = { from, to: size === undefined ? undefined : from + size + 1n };
          // Links may lead to entries from elsewhere.
          const times = offsets.map((offset) => from + offset);
          const inside = times.filter((at) => isInside(window, at));
          const points = splitPoints(times, window, 'tick');
          expect(points.every((at) => at > window.from && isInside(window, at))).toBe(true);
          expect(points).toEqual([...new Set(points)].sort((a, b) => Number(a - b)));
          expect(points.length === 0).toBe(window.to === from + 1n);
          const [first] = points;
          if (first === undefined || !inside.includes(first)) return;
          const median = inside.toSorted((a, b) => Number(a - b))[Math.floor(inside.length / 2)] ?? from;
          const least = inside.filter((at) => at >= median && at > from).reduce((a, b) => (a < b ? a : b), first);
          expect(first).toBe(least);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    ['the median', [1n, 5n, 9n], { from: 0n, to: undefined }, [5n]],
    ['the next time when the median is the start', [0n, 0n, 0n, 7n], { from: 0n, to: undefined }, [7n]],
    ['one tick after the start when all lies there', [0n, 0n], { from: 0n, to: undefined }, [1n]],
    ['both sides of one single time', [5n, 5n], { from: 0n, to: undefined }, [5n, 6n]],
    ['one side of a single time at the end', [5n, 5n], { from: 0n, to: 6n }, [5n]],
    ['nothing in one tick', [5n, 5n], { from: 5n, to: 6n }, []],
  ])('answers %s', (_name, times, window, expected) => {
    expect(splitPoints(times, window, 'tick')).toEqual(expected);
  });

  test('cuts a crowd in the millisecond in which the window ends at that millisecond, not one unit after the start', () => {
    const window = { from: FROM, to: FROM + 5n * TICKS_PER_MS + 3n };
    const crowd = Array.from({ length: 50 }, (_, index) => FROM + 5n * TICKS_PER_MS + 4n + BigInt(index));
    expect(splitPoints(crowd, window, 'ms')).toEqual([FROM + 5n * TICKS_PER_MS]);
  });
});

describe('addBounds()', () => {
  test('keeps the nearest bounds, in order and each once', () => {
    const ticks = fc.array(fc.bigInt({ min: 0n, max: 400n }), { maxLength: 300 });
    fc.assert(
      fc.property(ticks, ticks, (bounds, points) => {
        const all = [...new Set([...bounds, ...points])].sort((a, b) => Number(a - b));
        expect(addBounds(bounds, points)).toEqual(all.slice(0, MAX_BOUNDS));
      }),
    );
  });
});

describe('widenWindow()', () => {
  test('covers the window with whole units and never more than one at each side', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), fc.bigInt(1n, 10n ** 9n), (from, size) => {
        const wide = widenWindow({ from, to: from + size }, 'ms');
        expect(wide.from % TICKS_PER_MS).toBe(0n);
        expect(wide.to % TICKS_PER_MS).toBe(0n);
        expect(wide.from <= from && from - wide.from < TICKS_PER_MS).toBe(true);
        expect(wide.to >= from + size && wide.to - from - size < TICKS_PER_MS).toBe(true);
      }),
    );
    expect(widenWindow({ from: 7n, to: undefined }, 'tick')).toEqual({ from: 7n, to: undefined });
    expect([coarserUnit('tick'), coarserUnit('ms'), coarserUnit('s')]).toEqual(['ms', 's', undefined]);
  });
});

describe('advance()', () => {
  test('never goes back and drops the bounds that are passed', () => {
    const ticks = fc.bigInt(0n, 50n);
    fc.assert(
      fc.property(ticks, fc.array(ticks), fc.array(ticks), (cursor, bounds, steps) => {
        let cycle = { ...startCycle(0n, undefined, 0n), cursor, bounds };
        for (const step of steps) {
          const next = advance(cycle, step);
          expect(next.cursor).toBe(step > cycle.cursor ? step : cycle.cursor);
          expect(next.bounds).toEqual(cycle.bounds.filter((bound) => bound > next.cursor));
          cycle = next;
        }
      }),
    );
  });
});

describe('noteAnswer()', () => {
  test('keeps the oldest answer', () => {
    const notes = [30n, 20n, 25n].reduce(noteAnswer, startCycle(0n, undefined, 0n));
    expect(notes.currentAt).toBe(20n);
  });
});

describe('ventureWindow()', () => {
  test('answers the window or a beginning of it', () => {
    const density = fc.option(fc.double({ min: 1e-18, max: 1e6, noNaN: true }), { nil: undefined });
    const window = fc.constantFrom(
      { from: FROM, to: undefined },
      { from: FROM, to: NOW },
      { from: FROM, to: FROM + 1n },
    );
    fc.assert(
      fc.property(density, window, fc.nat(50), fc.nat(2_000), (dense, plain, calls, incidents) => {
        const guess = ventureWindow({ ...startCycle(FROM, undefined, NOW), calls, incidents }, plain, {
          density: dense,
          now: NOW,
          top: 100,
        });
        const isShorter = guess.to !== undefined && guess.to > guess.from && guess.to < (plain.to ?? NOW);
        expect(guess.from).toBe(plain.from);
        expect(guess.to === plain.to || isShorter).toBe(true);
      }),
    );
  });
});

describe('boundsBetween()', () => {
  test('cuts into windows of at most 75 where times differ', () => {
    const times = Array.from({ length: 400 }, (_, index) => BigInt((index * 7) % 400));
    expect(boundsBetween(times, 100)).toEqual([75n, 150n, 225n, 300n, 375n]);
    expect(
      boundsBetween(
        Array.from({ length: 200 }, () => 1n),
        100,
      ),
    ).toEqual([]);
  });
});
