import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addGap,
  addWithRoom,
  GAP_REASONS,
  gapOfIncident,
  MAX_GAPS,
  newGap,
  postponeGap,
  replaceGap,
  toRetry,
  waitsForAlerts,
  type Gap,
} from '../../../shared/domain/reading/gaps.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_SECOND } from '../../../shared/domain/values/ticks.ts';

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

describe('addWithRoom()', () => {
  const pending = (second: bigint): Gap =>
    gapOfIncident(String(second), second * TICKS_PER_SECOND, 0n, GAP_REASONS.alerts);

  test('finds room for every incident whose alerts are pending: those next to each other share a gap', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt(0n, 5_000n), { maxLength: 90 }), fc.nat(20), (seconds, others) => {
        const start = Array.from({ length: others }, (_, day) => newGap(BigInt(-day) - 9n, BigInt(-day) - 8n, 'x', 0n));
        const gaps = seconds.map(pending).reduce(addWithRoom, start);

        expect(gaps.length).toBeLessThanOrEqual(MAX_GAPS);
        for (const gap of start) expect(gaps).toContainEqual(gap);
        for (const second of seconds)
          expect(gaps.some((gap) => waitsForAlerts(gap, String(second), second * TICKS_PER_SECOND))).toBe(true);
      }),
    );
  });

  test('reads all of a shared gap again, though each of those that share it was cut within a second', () => {
    const cut = (minute: bigint): Gap => {
      const from = 60n * minute * TICKS_PER_SECOND;
      const part = { from: from + 3n, to: from + 5n, isNarrow: false };
      return { ...newGap(from, from + TICKS_PER_SECOND, GAP_REASONS.alerts, 0n), part };
    };
    const added = Array.from({ length: MAX_GAPS + 5 }, (_, minute) => cut(BigInt(minute)));
    const gaps = added.reduce<Gap[]>(addWithRoom, []).map(toRetry);

    for (const { from, to } of added.map(toRetry))
      expect(gaps.some((gap) => gap.from <= from && gap.to >= to)).toBe(true);
  });

  test('joins what is left unread of a gap to none that was just read: it would be read from its start for ever', () => {
    const now = 9_000n * TICKS_PER_SECOND;
    const waiting = Array.from({ length: MAX_GAPS - 1 }, (_, number) => ({
      ...pending(BigInt(number * 100)),
      retryAt: now + TICKS_PER_HOUR,
    }));
    const [from, to] = [4_000n * TICKS_PER_SECOND, 8_000n * TICKS_PER_SECOND];
    const due = { ...newGap(from, to, GAP_REASONS.alerts, 0n), retryAt: now - 1n };
    const cursor = from + 10n * TICKS_PER_SECOND;
    const found = [1n, 4n, 8n].map((second) => ({
      ...gapOfIncident(String(second), from + second * TICKS_PER_SECOND, now, GAP_REASONS.alerts),
    }));

    const gaps = replaceGap([...waiting, due], due, [...found, { ...due, from: cursor }], now);

    expect(gaps.length).toBeLessThanOrEqual(MAX_GAPS);
    expect(gaps.filter(({ retryAt }) => retryAt <= now)).toEqual([{ ...due, from: cursor }]);
  });

  test('refuses one more stretch of which nothing is known', () => {
    const gaps = Array.from({ length: MAX_GAPS }, (_, day) => newGap(BigInt(day), BigInt(day) + 1n, 'bad-page', 0n));
    expect(() => addWithRoom(gaps, newGap(90n, 91n, 'bad-page', 0n))).toThrow(/32 stretches/);
    expect(() => addWithRoom(gaps, pending(1n))).toThrow(/32 stretches/);
  });
});

describe('waitsForAlerts()', () => {
  test('leaves no incident to a gap whose retry ends before it, though both lie in the same second', () => {
    const at = 100n * TICKS_PER_SECOND + 7n;
    const shared = newGap(at - 7n, at - 7n + TICKS_PER_SECOND, GAP_REASONS.alerts, 0n);
    const until = { ...shared, part: { from: at - 7n, to: at, isNarrow: false } };
    const behind = { ...shared, part: { from: at, to: at + 9n, isNarrow: false } };

    expect(waitsForAlerts(shared, '1', at)).toBe(true);
    expect(waitsForAlerts(behind, '1', at)).toBe(true);
    expect(waitsForAlerts(until, '1', at)).toBe(false);
  });

  test('leaves no incident to a gap of another kind, which reads the second that the incident had before', () => {
    expect(waitsForAlerts(gapOfIncident('1', 0n, 0n), '1', 100n * TICKS_PER_SECOND)).toBe(false);
    expect(waitsForAlerts(gapOfIncident('1', 0n, 0n, GAP_REASONS.alerts), '1', 100n * TICKS_PER_SECOND)).toBe(true);
  });
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
