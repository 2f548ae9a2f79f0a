import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  countCreated,
  countedFrom,
  countFrom,
  listCreated,
  NOTHING_CREATED,
  type CountedIncident,
  type CreatedCounts,
} from '../../../shared/domain/incidents/created-counts.ts';
import { formatTicks, TICKS_PER_DAY, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { ticksOf } from '../../helpers/seed.ts';

const NOW = ticksOf('2026-06-01T12:00:00Z');
const severity = fc.constantFrom('unknown', 'informational', 'low', 'medium', 'high', 'a new word');
const incident: fc.Arbitrary<CountedIncident> = fc.record({
  createdTime: fc.option(
    fc.bigInt({ min: 0n, max: 90n * TICKS_PER_DAY }).map((age) => formatTicks(NOW - age)),
    { freq: 9 },
  ),
  severity,
});

/** `quarter of an hour, severity` of each incident that has a time, sorted. */
function tell(incidents: readonly CountedIncident[]): string[] {
  return incidents
    .filter(({ createdTime }) => createdTime !== null)
    .map(({ createdTime, severity: word }) => {
      const quarter = ticksOf(createdTime ?? '') / (15n * TICKS_PER_MINUTE);
      return `${quarter} ${word === 'a new word' ? 'other' : word}`;
    })
    .sort();
}

const shown = (counts: CreatedCounts): string[] =>
  listCreated(counts)
    .flatMap(({ from, severity: word, count }) =>
      Array.from({ length: count }, () => `${from / (15n * TICKS_PER_MINUTE)} ${word}`),
    )
    .sort();

const at = (age: bigint, word = 'high'): CountedIncident => ({ createdTime: formatTicks(NOW - age), severity: word });

describe('countCreated()', () => {
  test('says how many there are after any coming and going', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(incident, fc.boolean(), incident), { maxLength: 40 }), (lives) => {
        let counts = NOTHING_CREATED;
        const left: CountedIncident[] = [];
        for (const [first, isChanged, later] of lives) {
          counts = countCreated(counts, { gone: [], come: [first] }, NOW);
          if (isChanged) counts = countCreated(counts, { gone: [first], come: [later] }, NOW);
          left.push(isChanged ? later : first);
        }
        expect(shown(counts)).toEqual(tell(left));
      }),
    );
  });

  test('forgets what is older than a chart, and says so', () => {
    const old = at(80n * TICKS_PER_DAY);
    const counts = countCreated(NOTHING_CREATED, { gone: [], come: [old, at(0n)] }, NOW);
    const later = countCreated(counts, { gone: [], come: [at(0n)] }, NOW + 20n * TICKS_PER_DAY);

    expect(shown(later)).toEqual(tell([at(0n), at(0n)]));
    expect(countedFrom(later)).toBeGreaterThan(NOW - 80n * TICKS_PER_DAY);
    // What is not counted any more is not subtracted from anything.
    expect(shown(countCreated(later, { gone: [old], come: [] }, NOW + 20n * TICKS_PER_DAY))).toEqual(shown(later));
  });

  test('is at most 16 KiB, and says from when on it is right', () => {
    const many = Array.from({ length: 6_000 }, (_, place) => at(BigInt(place) * 15n * TICKS_PER_MINUTE, 'high'));
    const counts = countCreated(
      NOTHING_CREATED,
      { gone: [], come: many.flatMap((one) => [one, { ...one, severity: 'low' }, { ...one, severity: 'medium' }]) },
      NOW,
    );

    expect(counts.length).toBeLessThanOrEqual(16_384);
    const from = countedFrom(counts);
    const isRecent = ({ createdTime }: CountedIncident): boolean => ticksOf(createdTime ?? '') >= from;
    const high = shown(counts).filter((line) => line.endsWith('high'));
    expect(high.length).toBeGreaterThan(2_000);
    expect(high).toEqual(tell(many.filter(isRecent)));
  });
});

describe('countFrom()', () => {
  test('does not vouch for the quarter of an hour that it begins in', () => {
    const counts = countFrom(NOW - 20n * TICKS_PER_MINUTE, [at(19n * TICKS_PER_MINUTE), at(0n)], NOW);

    expect(countedFrom(counts)).toBe(NOW - 15n * TICKS_PER_MINUTE);
    expect(shown(counts)).toEqual(tell([at(0n)]));
  });
});
