import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { MAX_TICKS } from '../../shared/domain/values/ticks.ts';
import type { IncidentPage, IncidentQuery } from '../../shared/ports/incident-source.ts';
import { readInstant } from '../../shared/reading/read-instant.ts';
import { readPage } from '../../shared/reading/read-page.ts';
import type { MeteredReader } from '../../shared/sources/metered-reader.ts';
import { readUntilStable } from '../../shared/sources/read-until-stable.ts';
import { IDLE_READER, unused } from '../helpers/idle-reader.ts';
import { anIncident, ticksOf } from '../helpers/seed.ts';

const AT = '2026-01-01T00:00:00.0000000Z';

const observe = (incidentId: string, updatedAt = ticksOf(AT)): ObservedIncident => ({
  incident: anIncident(incidentId, AT, { createdTime: AT, status: 'active' }),
  alerts: [],
  updatedAt,
  timeAssumed: false,
  contentHash: incidentId,
  sourceJson: '{}',
});

function pageOf(ids: readonly string[], nextLink?: string): IncidentPage {
  return {
    incidents: ids.map((id) => observe(id)),
    withoutId: [],
    count: ids.length,
    sourceStatuses: ['Active'],
    nextLink,
    isPartial: false,
    visibleUntil: MAX_TICKS,
  };
}

const idsOf = (incidents: readonly ObservedIncident[]): string[] =>
  incidents.map(({ incident }) => incident.incidentId).sort();

describe('readUntilStable()', () => {
  test('does not count an incident that left in the middle of a pass for one that was never seen', async () => {
    const passes = [
      ['9 1', '2 3', '4'],
      // 9 leaves after the first page, and 4 slips from the second page to where the first one was.
      ['9 1', '2 3'],
      ['1 2', '3 1'],
      ['4 1', '2 3'],
    ].map((pass) => pass.map((ids) => pageOf(ids.split(' '))));

    const { isStable, incidents } = await readUntilStable(async () => passes.shift() ?? [], { from: 0n });

    expect(isStable).toBe(true);
    expect(idsOf(incidents)).toEqual(['1', '2', '3', '4']);
  });

  test('is no newer than the first pass that an incident was taken from', async () => {
    const passes = [
      { ids: ['1', '2'], visibleUntil: 1n },
      { ids: ['1', '1'], visibleUntil: 2n },
      // 2 changes after this pass, which alone has shown it since the total stood still …
      { ids: ['2', '2'], visibleUntil: 3n },
      { ids: ['1', '1'], visibleUntil: 4n },
    ].map(({ ids, visibleUntil }) => [{ ...pageOf(ids), visibleUntil }]);

    const { isStable, incidents, visibleUntil } = await readUntilStable(async () => passes.shift() ?? [], { from: 0n });

    expect(isStable).toBe(true);
    expect(idsOf(incidents)).toEqual(['1', '2']);
    // … and so nothing is known of the time after the second.
    expect(visibleUntil).toBe(2n);
  });

  test('leaves an incident in dispute that a later pass shows with an older time', async () => {
    const [older, newer] = [ticksOf(AT) - 1n, ticksOf(AT)];
    const passes = [newer, newer, newer, older].map((updatedAt, pass) => [
      { ...pageOf([]), incidents: [observe('1', updatedAt), observe(pass < 3 ? '1' : '2')] },
    ]);

    const { isStable, incidents } = await readUntilStable(async () => passes.shift() ?? [], { from: 0n });

    expect(isStable).toBe(true);
    expect(incidents).toMatchObject([{ updatedAt: newer, disputedBy: [older] }, { updatedAt: newer }]);
    expect(incidents.at(-1)).not.toHaveProperty('disputedBy');
  });
});

describe('readUntilStable() of entries without an id', () => {
  const withTimes = (...withoutId: bigint[]): IncidentPage => ({
    ...pageOf(['1']),
    incidents: [],
    withoutId,
    count: 2,
  });

  test('does not take two passes for all there is that have shown one twice, and another not at all', async () => {
    const passes = [
      [withTimes(5n, 7n), withTimes(5n)],
      [withTimes(5n, 7n), withTimes(5n)],
      [withTimes(5n, 7n), withTimes(9n)],
      [withTimes(9n, 7n), withTimes(5n)],
    ];

    const { isStable, withoutId } = await readUntilStable(async () => passes.shift() ?? [], { from: 0n });

    expect(isStable).toBe(true);
    expect(withoutId.toSorted()).toEqual([5n, 7n, 9n]);
  });

  test('does not take a pass for all there is that missed one, with as many ids as the one before', async () => {
    const named = pageOf(['1']);
    const passes = [
      [named, withTimes(5n, 7n)],
      [named, withTimes(5n)],
      [named, withTimes(5n, 7n)],
      [named, withTimes(5n, 7n)],
    ];

    const { isStable, withoutId } = await readUntilStable(async () => passes.shift() ?? [], { from: 0n });

    expect(isStable).toBe(true);
    expect(withoutId.toSorted()).toEqual([5n, 7n]);
  });
});

describe('readPage() of a source that cuts pages by itself', () => {
  test('does not take two passes for all there is that were ended by the page size', async () => {
    const answers = [pageOf(['1'], 'more'), pageOf(['1', '2', '3'], 'more'), pageOf(['1', '2', '3'], 'more')];
    const reader: MeteredReader = {
      ...IDLE_READER,
      maxTop: 3,
      list: async () => answers.shift() ?? pageOf([]),
      follow: async () => pageOf(['2']),
    };
    const window = { from: ticksOf(AT), to: undefined };

    const verdict = await readPage(reader, {
      window,
      unit: 'tick',
      top: 3,
      pageCap: undefined,
      longestPage: 0,
      proveCap: false,
      links: { areFollowed: true, onUseless: unused },
    });

    expect(verdict.kind).toBe('full');
  });
});

const REQUEST = {
  window: { from: ticksOf(AT), to: undefined },
  unit: 'tick',
  top: 100,
  pageCap: undefined,
  longestPage: 0,
  proveCap: true,
  links: { areFollowed: true, onUseless: unused },
} as const;

describe('readPage() of a source that clamps pages', () => {
  test('proves a page that is longer than what was taken for the cap: that was a mistake, and this one may be the cap', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => String(index));
    const reader: MeteredReader = {
      ...IDLE_READER,
      list: async ({ skip = 0 }) => pageOf(ids.slice(skip, skip + 25)),
    };

    const verdict = await readPage(reader, { ...REQUEST, pageCap: 12, longestPage: 12 });

    expect(verdict).toMatchObject({ kind: 'full', pageCap: 25 });
  });

  test('does not take a page for all there is because one of its incidents left before the look behind it', async () => {
    const ids = Array.from({ length: 26 }, (_, index) => String(index));
    let calls = 0;
    const reader: MeteredReader = {
      ...IDLE_READER,
      list: async ({ skip = 0 }) => {
        calls += 1;
        return pageOf((calls === 1 ? ids : ids.slice(1)).slice(skip, skip + 25));
      },
    };

    const verdict = await readPage(reader, REQUEST);

    expect(verdict.kind).toBe('proven');
    expect(idsOf(verdict.incidents)).toEqual(ids.slice(1).sort());
  });
});

describe('readPage() of a page whose size is being proven', () => {
  test('does not take it for all there is when it comes back with a link to one more', async () => {
    const before = Array.from({ length: 7 }, (_, index) => String(index));
    const after = [...before, '7'];
    let calls = 0;
    const reader: MeteredReader = {
      ...IDLE_READER,
      list: async ({ skip = 0 }) => {
        calls += 1;
        // One arrives before the page is read again, and the source cuts that page after as many as the first had.
        if (calls <= 2) return pageOf(before.slice(skip));
        return skip === 0 ? pageOf(after.slice(0, 7), 'more') : pageOf(after.slice(skip));
      },
      follow: async () => pageOf(['7']),
    };

    const verdict = await readPage(reader, REQUEST);

    expect(idsOf(verdict.incidents)).toEqual(after);
  });
});

describe('readInstant()', () => {
  test('reads on behind a page that the source cut by itself', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    const list = async ({ skip = 0, createdFrom, createdTo }: IncidentQuery): Promise<IncidentPage> => {
      const at = ticksOf(AT);
      const isOutside = (createdFrom ?? 0n) > at || (createdTo ?? MAX_TICKS) <= at;
      const rest = isOutside ? [] : ids.slice(skip);
      return pageOf(rest.slice(0, 2), rest.length > 2 ? 'more' : undefined);
    };
    const reader = { maxTop: 100, list } satisfies Partial<MeteredReader>;
    const from = ticksOf(AT);

    const { isComplete, incidents } = await readInstant(
      {
        ...IDLE_READER,
        ...reader,
      },
      { from, to: from + 1n },
      { top: 100, cap: 100, hasUsefulLinks: true },
      await list({ updatedFrom: from, top: 100 }),
      { known: undefined, onPage: () => undefined, onFailure: () => undefined, onPart: async () => undefined },
    );

    expect(isComplete).toBe(true);
    expect(idsOf(incidents)).toEqual(ids);
  });
});
