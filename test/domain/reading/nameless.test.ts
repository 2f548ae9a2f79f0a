import { describe, expect, test } from '@jest/globals';
import { addGap, addWithRoom, MAX_GAPS, newGap, UNCOUNTED, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { namelessGaps, restOfNameless } from '../../../shared/domain/reading/nameless.ts';
import { TICKS_PER_DAY, TICKS_PER_SECOND } from '../../../shared/domain/values/ticks.ts';

const NOW = 1_000n * TICKS_PER_SECOND;
const WINDOW = { from: 100n * TICKS_PER_SECOND + 5n, to: 200n * TICKS_PER_SECOND + 5n };

const gapsOf = (withoutId: bigint[], window: { from: bigint; to: bigint | undefined } = WINDOW): bigint[][] =>
  namelessGaps(window, { incidents: [], withoutId, visibleUntil: 150n * TICKS_PER_SECOND }, NOW).map(
    ({ from, to, entries = 0 }) => [from / TICKS_PER_SECOND, to / TICKS_PER_SECOND, BigInt(entries)],
  );
const second = (number: bigint, ticks = 1n): bigint => number * TICKS_PER_SECOND + ticks;

describe('namelessGaps()', () => {
  test('names the second of each entry, once', () => {
    expect(gapsOf([second(120n), second(120n, 9n), second(130n)])).toEqual([
      [120n, 121n, 2n],
      [130n, 131n, 1n],
    ]);
    expect(gapsOf([second(200n, 7n)])).toEqual([[200n, 201n, 1n]]);
  });

  test('names the window where an entry has no time, or one that the window cannot hold', () => {
    expect(gapsOf([WINDOW.from])).toEqual([[100n, 201n, 1n]]);
    expect(gapsOf([second(99n)])).toEqual([[100n, 201n, 1n]]);
    expect(gapsOf([second(202n)])).toEqual([[100n, 201n, 1n]]);
    expect(gapsOf([WINDOW.from, second(130n)])).toEqual([[100n, 201n, 2n]]);
    expect(gapsOf([WINDOW.from], { from: WINDOW.from, to: undefined })).toEqual([[100n, 151n, 1n]]);
  });
});

describe('addGap() with entries', () => {
  const gap = (from: bigint, to: bigint, entries: number): Gap => ({
    ...newGap(from, to, 'incident-without-id', NOW),
    entries,
  });

  test('joins what overlaps, and asks for the most that was seen', () => {
    const known = { ...gap(10n, 20n, 3), since: 5n, retryAt: 7n, fewerSince: 6n };
    expect(addGap([known, gap(30n, 40n, 1)], gap(15n, 25n, 1))).toEqual([
      gap(30n, 40n, 1),
      { ...gap(10n, 25n, 3), since: 5n, retryAt: 7n },
    ]);
  });

  test('so that a gap which grows needs no room', () => {
    const full = Array.from({ length: MAX_GAPS }, (_, place) => gap(BigInt(100 * place), BigInt(100 * place + 10), 1));
    expect(addWithRoom(full, gap(5n, 20n, 1))).toContainEqual(gap(0n, 20n, 1));
  });

  test('lets those next to each other share a gap where there is no room for one more, and counts on nothing between them', () => {
    const full = Array.from({ length: MAX_GAPS }, (_, place) => gap(BigInt(100 * place), BigInt(100 * place + 10), 1));
    const shared = addWithRoom(full, gap(120n, 130n, 1));

    expect(shared).toHaveLength(MAX_GAPS);
    expect(shared).toContainEqual(gap(100n, 130n, UNCOUNTED));
  });

  test('which is stepped over by nothing: what fails by itself shares no gap', () => {
    const failing = Array.from({ length: MAX_GAPS }, (_, place): Gap => {
      const from = BigInt(100 * place);
      return { ...gap(from, from + 10n, 1), part: { from, to: from + 10n, isNarrow: false } };
    });
    expect(() => addWithRoom(failing, gap(50n, 60n, 1))).toThrow('32 stretches of time are unknown');
  });
});

describe('restOfNameless()', () => {
  const gap: Gap = { ...newGap(10n, 20n, 'incident-without-id', NOW), entries: 3 };
  const rest = (known: Gap, entries: number, now = NOW): Gap[] =>
    restOfNameless(known, { found: [], entries, withoutId: 0, isWhole: true }, now);

  test('is nothing once as many are listed as before', () => {
    expect(rest(gap, 3)).toEqual([]);
    expect(rest(gap, 2)).toEqual([{ ...gap, fewerSince: NOW }]);
  });

  test('is the gap with all that it needs while one has no id', () => {
    const found = [{ ...newGap(10n, 20n, 'incident-without-id', NOW), entries: 1 }];
    expect(restOfNameless({ ...gap, fewerSince: 1n }, { found, entries: 9, withoutId: 1, isWhole: true }, NOW)).toEqual(
      [gap],
    );
  });

  test('counts what gaps that share their room show, once they are read again', () => {
    const shared = { ...gap, entries: UNCOUNTED };
    const found = [{ ...newGap(12n, 13n, 'incident-without-id', NOW), entries: 1 }];

    expect(rest(shared, 9)).toEqual([{ ...shared, fewerSince: NOW }]);
    const counted = restOfNameless(shared, { found, entries: 5, withoutId: 2, isWhole: true }, NOW);
    expect(counted).toEqual([{ ...gap, entries: 7 }]);
    expect(rest({ ...gap, entries: 7 }, 7)).toEqual([]);
  });

  test('is stepped over by no other read once it was read to its end', () => {
    const failing = { ...gap, part: { from: 12n, to: 18n, isNarrow: false } };
    expect(rest(failing, 2)).toEqual([{ ...gap, fewerSince: NOW }]);
  });

  test('is nothing after a week of fewer', () => {
    const fewer = { ...gap, fewerSince: NOW };
    expect(rest(fewer, 0, NOW + 7n * TICKS_PER_DAY - 1n)).toEqual([fewer]);
    expect(rest(fewer, 0, NOW + 7n * TICKS_PER_DAY)).toEqual([]);
  });
});
