import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../shared/domain/incident.ts';
import { MAX_TICKS } from '../shared/domain/ticks.ts';
import type { MeteredReader } from '../shared/metered-reader.ts';
import type { IncidentPage, IncidentQuery } from '../shared/ports/incident-source.ts';
import { readInstant, type InstantRead } from '../shared/read-instant.ts';
import { anIncident, ticksOf } from './helpers/seed.ts';

const AT = '2026-01-01T00:00:00.0000000Z';
const FROM = ticksOf(AT);
const CAP = 4;

const observe = (incidentId: string): ObservedIncident => ({
  incident: anIncident(incidentId, AT, { createdTime: AT, status: 'active' }),
  alerts: [],
  updatedAt: FROM,
  timeAssumed: false,
  contentHash: incidentId,
  sourceJson: '{}',
});

function pageOf(ids: readonly string[], nextLink?: string, statuses: readonly string[] = ['Active']): IncidentPage {
  return {
    incidents: ids.map(observe),
    withoutId: [],
    count: ids.length,
    sourceStatuses: [...statuses],
    nextLink,
    isPartial: false,
    visibleUntil: MAX_TICKS,
  };
}

function unused(): never {
  throw new Error('Not asked for in these tests');
}

/** More than any of these crowds should take. */
const MAX_CALLS = 60;

/** Reads a crowd of one instant, all created in it, from a source that answers a question as `answer` says. */
async function readCrowd(
  answer: (query: IncidentQuery, call: number) => IncidentPage,
): Promise<InstantRead & { calls: number; ids: string[] }> {
  let calls = 0;
  const list = async (query: IncidentQuery): Promise<IncidentPage> => {
    calls += 1;
    if (calls > MAX_CALLS) throw new Error(`Asked more than ${MAX_CALLS} times`);
    return answer(query, calls);
  };
  const reader: MeteredReader = {
    maxTop: CAP,
    list,
    follow: unused,
    get: unused,
    callsMade: () => calls,
    callsThrottled: () => 0,
    hasAnswered: () => true,
    serviceTime: () => MAX_TICKS,
    probe: unused,
  };
  const first = await list({ updatedFrom: FROM, updatedTo: FROM + 1n, top: CAP });
  const read = await readInstant(
    reader,
    { from: FROM, to: FROM + 1n },
    { top: CAP, cap: CAP, hasUsefulLinks: true },
    first,
  );
  return { ...read, calls, ids: read.incidents.map(({ incident }) => incident.incidentId).sort() };
}

/** Honours the filter on the creation time. */
const isCreatedThen = ({ createdFrom, createdTo }: IncidentQuery): boolean =>
  (createdFrom ?? 0n) <= FROM && (createdTo ?? MAX_TICKS) > FROM;

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

describe('readInstant() of a crowd that goes apart meanwhile', () => {
  test('takes a pass of one short answer for all there is', async () => {
    // Pages in another order at each call lose one of the five, until two of them have moved on.
    const read = await readCrowd((query, call) => {
      if (!isCreatedThen(query)) return pageOf([]);
      if (call > 8) return pageOf((call % 2 === 0 ? ids(3) : ids(2)).slice(query.skip ?? 0));
      return pageOf(query.skip === undefined ? ids(4) : query.skip < 5 ? ['1'] : []);
    });

    expect(read.isComplete).toBe(true);
    expect(read.ids).toEqual(expect.arrayContaining(ids(2)));
    expect(read.calls).toBeLessThan(20);
  });

  test('looks at it once more before it names a gap: a short answer is all there is', async () => {
    // 4 is never seen in the passes, as pages are in another order at each call; then only three are left.
    let passes = 0;
    const read = await readCrowd((query) => {
      if (!isCreatedThen(query)) return pageOf([]);
      if (query.status === undefined && query.createdFrom === undefined && passes > 0)
        return pageOf(query.skip === undefined ? ['2', '3', '4'] : ['4']);
      passes += query.skip === undefined && query.status !== undefined ? 1 : 0;
      return pageOf(query.skip === undefined ? ['1', '2', '3', '1'] : query.skip === 4 ? ['2'] : []);
    });

    expect(read.isComplete).toBe(true);
    expect(read.ids).toEqual(['1', '2', '3', '4']);
  });
});

describe('readInstant() of a source that cuts pages by itself', () => {
  test('does not take one incident with more behind its link for the last one', async () => {
    // Those with a status that no page has shown are found by the last $skip alone.
    const shown = ids(5);
    const others = ['6', '7', '8', '9'];
    const read = await readCrowd((query) => {
      if (!isCreatedThen(query)) return pageOf([]);
      const all = query.status === undefined ? [...shown, ...others] : query.status === 'Active' ? shown : others;
      const skip = query.skip ?? 0;
      const rest = all.slice(skip);
      const sent = skip === 4 && query.status === undefined ? rest.slice(0, 1) : rest.slice(0, CAP);
      return pageOf(sent, rest.length > sent.length ? 'more' : undefined);
    });

    expect(read.isComplete).toBe(true);
    expect(read.ids).toEqual([...shown, ...others]);
  });

  test('does not take an empty page with more behind its link for the end', async () => {
    const read = await readCrowd((query, call) => {
      if (!isCreatedThen(query)) return pageOf([]);
      return call === 1 ? pageOf(ids(4), 'more') : pageOf([], 'more');
    });

    expect(read.isComplete).toBe(false);
  });
});

describe('readInstant() of a source that does not honour a part of the question', () => {
  const whole = ({ skip = 0 }: IncidentQuery): IncidentPage => pageOf(ids(6).slice(skip, skip + CAP));

  test('reads on by passes when the creation time is ignored', async () => {
    const read = await readCrowd(whole);

    expect(read.isComplete).toBe(true);
    expect(read.ids).toEqual(ids(6));
  });

  test('ends by name when $skip is ignored: a full page that brings nothing new', async () => {
    const read = await readCrowd((query) => (isCreatedThen(query) ? whole({ ...query, skip: 0 }) : pageOf([])));

    expect(read.isComplete).toBe(false);
    expect(read.calls).toBeLessThan(20);
  });
});
