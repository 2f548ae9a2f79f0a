import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../shared/domain/incident.ts';
import { MAX_TICKS } from '../shared/domain/ticks.ts';
import type { MeteredReader } from '../shared/metered-reader.ts';
import type { IncidentPage, IncidentQuery } from '../shared/ports/incident-source.ts';
import { readInstant } from '../shared/read-instant.ts';
import { readUntilStable } from '../shared/read-until-stable.ts';
import { anIncident, ticksOf } from './helpers/seed.ts';

const AT = '2026-01-01T00:00:00.0000000Z';

const observe = (incidentId: string): ObservedIncident => ({
  incident: anIncident(incidentId, AT, { createdTime: AT, status: 'active' }),
  alerts: [],
  updatedAt: ticksOf(AT),
  timeAssumed: false,
  contentHash: incidentId,
  sourceJson: '{}',
});

function pageOf(ids: readonly string[], nextLink?: string): IncidentPage {
  return {
    incidents: ids.map(observe),
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

    const { isStable, incidents } = await readUntilStable(async () => passes.shift() ?? []);

    expect(isStable).toBe(true);
    expect(idsOf(incidents)).toEqual(['1', '2', '3', '4']);
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
        ...reader,
        follow: unused,
        get: async () => undefined,
        callsMade: () => 0,
        callsThrottled: () => 0,
        serviceTime: () => MAX_TICKS,
        withoutRepeats: unused,
      },
      { from, to: from + 1n },
      100,
      await list({ updatedFrom: from, top: 100 }),
    );

    expect(isComplete).toBe(true);
    expect(idsOf(incidents)).toEqual(ids);
  });
});

function unused(): never {
  throw new Error('A whole instant is read without a search for what fails');
}
