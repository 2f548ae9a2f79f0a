import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { budgetSpent } from '../../shared/domain/reading/call-budget.ts';
import type { InstantProgress } from '../../shared/domain/reading/read-cycle.ts';
import { formatTicks, MAX_TICKS } from '../../shared/domain/values/ticks.ts';
import { AppError, hasCode } from '../../shared/errors.ts';
import type { IncidentPage, IncidentQuery } from '../../shared/ports/incident-source.ts';
import { readInstant, type InstantRead } from '../../shared/reading/read-instant.ts';
import type { MeteredReader } from '../../shared/sources/metered-reader.ts';
import { IDLE_READER } from '../helpers/idle-reader.ts';
import { anIncident, ticksOf } from '../helpers/seed.ts';

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

/** More than any of these crowds should take. */
const MAX_CALLS = 60;

/** A reader that knows how to list only. */
function readerOf(list: MeteredReader['list'], maxTop = CAP): MeteredReader {
  return { ...IDLE_READER, maxTop, list };
}

/** Reads a crowd of one instant, all created in it, from a source that answers a question as `answer` says. */
async function readCrowd(
  answer: (query: IncidentQuery, call: number) => IncidentPage,
  hasUsefulLinks = true,
  statuses: readonly string[] = [],
): Promise<InstantRead & { calls: number; ids: string[] }> {
  let calls = 0;
  const list = async (query: IncidentQuery): Promise<IncidentPage> => {
    calls += 1;
    if (calls > MAX_CALLS) throw new Error(`Asked more than ${MAX_CALLS} times`);
    return answer(query, calls);
  };
  const reader = { ...readerOf(list), statuses };
  const first = await list({ updatedFrom: FROM, updatedTo: FROM + 1n, top: CAP });
  const read = await readInstant(reader, { from: FROM, to: FROM + 1n }, { top: CAP, cap: CAP, hasUsefulLinks }, first, {
    known: undefined,
    onPage: () => undefined,
    onFailure: () => undefined,
    onPart: async () => undefined,
  });
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

describe('readInstant() by status', () => {
  /** Five of one status, and one of another that the first page does not show; one of the five leaves when they were read. */
  function leaving(refused?: string): (query: IncidentQuery) => IncidentPage {
    let activeReads = 0;
    return (query) => {
      if (!isCreatedThen(query)) return pageOf([]);
      if (query.status !== undefined && query.status === refused) throw new AppError('bad-request', 'No such status');
      const hasLeft = activeReads >= 5;
      const crowd = ['1', '2', '3', '4', '6', '5'].filter((id) => id !== '2' || !hasLeft);
      if (query.status === 'Active') activeReads += 1;
      const isAsked = (id: string): boolean =>
        query.status === undefined || (query.status === 'Resolved') === (id === '6');
      const skip = query.skip ?? 0;
      return pageOf(crowd.filter(isAsked).slice(skip, skip + CAP));
    };
  }

  test('finds one with a status that no page has shown, though another one has left meanwhile', async () => {
    const read = await readCrowd(leaving(), true, ['Active', 'Resolved', 'Redirected']);

    expect(read).toMatchObject({ isComplete: true, failure: undefined });
    expect(read.ids).toContain('6');
  });

  test('takes a status that the source refuses for one that it does not have', async () => {
    const read = await readCrowd(leaving('Redirected'), true, ['Active', 'Redirected', 'Resolved']);

    expect(read).toMatchObject({ isComplete: true, failure: undefined });
    expect(read.ids).toContain('6');
  });
});

describe('readInstant() by a status that fails', () => {
  test('does not take the one that it hides for read, though another one has left and the count is right', async () => {
    // Every page that holds 5 fails. It is the only active one, and 1 leaves when the others were read.
    let hasLeft = false;
    const read = await readCrowd(
      (query) => {
        hasLeft ||= query.status === 'Active';
        const crowd = hasLeft ? ['2', '3', '5', '4', '6'] : ['1', '2', '3', '4', '5', '6'];
        const isAsked = (id: string): boolean =>
          isCreatedThen(query) && (query.status === undefined || query.status === (id === '5' ? 'Active' : 'New'));
        const skip = query.skip ?? 0;
        const page = crowd.filter(isAsked).slice(skip, skip + CAP);
        if (page.includes('5')) throw new AppError('source-unavailable', 'It fails');
        return pageOf(page, undefined, ['New']);
      },
      true,
      ['New', 'Active'],
    );

    expect(read.isComplete).toBe(false);
    expect(read.failure).toMatchObject({ code: 'source-unavailable' });
    expect(read.ids).toEqual(['1', '2', '3', '4', '6']);
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

  test('ends by name when nothing stands behind any $skip: two passes that agree on one page prove nothing', async () => {
    const read = await readCrowd((query) =>
      isCreatedThen(query) && query.skip === undefined ? pageOf(ids(CAP)) : pageOf([]),
    );

    expect(read.isComplete).toBe(false);
    expect(read.calls).toBeLessThan(40);
  });

  test('ends by name when $skip is ignored: a full page that brings nothing new', async () => {
    const read = await readCrowd((query) => (isCreatedThen(query) ? whole({ ...query, skip: 0 }) : pageOf([])));

    expect(read.isComplete).toBe(false);
    expect(read.calls).toBeLessThan(20);
  });
});

describe('readInstant() of a source with a link on every answer', () => {
  test('asks once what is behind a page that is not full, and never behind an empty one', async () => {
    // Created in twelve moments, one incident each.
    const crowd: Crowd = { size: 12, status: () => 'Active', createdAt: eachItsOwn };
    const read = await readCrowd((query) => ({ ...pageOfCrowd(crowd, query), nextLink: 'more' }), false);

    expect(read.isComplete).toBe(true);
    expect(read.ids).toEqual(ids(12).sort());
    expect(read.calls).toBeLessThanOrEqual(40);
  });
});

describe('an instant that takes more calls than a run has', () => {
  /** The runs that it takes when each may make so many calls, and what they have stored. */
  async function readInRuns(
    callsOfRun: number,
    { maxTop = CAP, cap = CAP, fails = () => false, isGone = () => false, ...crowd }: Omit<Crowd, 'isGone'> & Flaws,
  ): Promise<{ runs: number; stored: string[]; asked: IncidentQuery[] }> {
    let known: InstantProgress | undefined;
    const stored = new Set<string>();
    const asked: IncidentQuery[] = [];
    for (let run = 1; run <= 40; run += 1) {
      let calls = 0;
      const reader = readerOf(async (query) => {
        calls += 1;
        if (calls > callsOfRun) throw budgetSpent('in this test', 0);
        asked.push(query);
        if (fails(query, run)) throw new AppError('source-unavailable', 'Cannot read', { action: 'Wait' });
        return pageOfCrowd({ ...crowd, isGone: (id) => isGone(id, run) }, query, cap);
      }, maxTop);
      try {
        const first = await reader.list({ updatedFrom: FROM, updatedTo: FROM + 1n, top: CAP });
        const pages = { top: cap, cap, hasUsefulLinks: true };
        const read = await readInstant(reader, { from: FROM, to: FROM + 1n }, pages, first, {
          known,
          onPage: () => undefined,
          onFailure: () => undefined,
          onPart: async (progress, { incidents }) => {
            known = progress;
            for (const { incident } of incidents) stored.add(incident.incidentId);
          },
        });
        expect(read.isComplete).toBe(true);
        for (const { incident } of read.incidents) stored.add(incident.incidentId);
        return { runs: run, stored: [...stored], asked };
      } catch (error) {
        if (!hasCode(error, 'budget-spent')) throw error;
        known ??= { from: FROM, to: FROM + 1n, createdBefore: 0n, ...NOTHING_READ };
      }
    }
    throw new Error('It is begun again for ever');
  }

  test.each([8, 12, 20])('is gone on with by the next run, where each may make %s calls', async (callsOfRun) => {
    const { runs, stored } = await readInRuns(callsOfRun, { size: 48, status: () => 'Active', createdAt: eachItsOwn });

    expect(stored.sort()).toEqual(ids(48).sort());
    expect(runs).toBeGreaterThan(1);
  });

  test('in pages that are small for this source, too', async () => {
    const { stored } = await readInRuns(12, { maxTop: 100, size: 48, status: () => 'Active', createdAt: eachItsOwn });

    expect(stored.sort()).toEqual(ids(48).sort());
  });

  test('and not behind a part that failed: that one is asked for again', async () => {
    const { stored } = await readInRuns(12, {
      size: 48,
      status: () => 'Active',
      createdAt: eachItsOwn,
      fails: ({ createdFrom = 0n, createdTo = MAX_TICKS }, run) =>
        run <= 2 && createdTo - createdFrom < 20n && createdFrom <= eachItsOwn(9) && createdTo > eachItsOwn(9),
    });

    expect(stored.sort()).toEqual(ids(48).sort());
  });

  test('though pages of one show one status of several', async () => {
    const { stored } = await readInRuns(32, {
      maxTop: 1,
      cap: 1,
      size: 10,
      createdAt: (id) => FROM - (id <= 6 ? 2n : 1n),
      status: (id) => (id % 2 === 0 ? 'Resolved' : 'New'),
    });

    expect(stored.sort()).toEqual(ids(10).sort());
  });

  test('but what was created at once is read in one run: a status that no page has shown makes up for nothing that has left', async () => {
    // Of six, two of each status, only the first two are ever on a page; one of those leaves before the second run.
    const { runs, stored } = await readInRuns(17, {
      cap: 2,
      maxTop: 2,
      size: 6,
      createdAt: () => FROM,
      status: (id) => (id <= 4 ? 'New' : 'InProgress'),
      isGone: (id, run) => id === 1 && run > 1,
    });

    expect(runs).toBeGreaterThan(1);
    expect(stored).toEqual(expect.arrayContaining(ids(6).slice(1)));
  });
});

const NOTHING_READ = { count: 0, fruitlessRuns: 0, visibleUntil: MAX_TICKS };

interface Flaws {
  /** More than `CAP`: its pages are small for this source. */
  maxTop?: number;
  cap?: number;
  fails?(query: IncidentQuery, run: number): boolean;
  isGone?(id: number, run: number): boolean;
}

interface Crowd {
  /** Incidents, with ids from 1. */
  size: number;
  status(id: number): string;
  createdAt(id: number): bigint;
  isGone?(id: number): boolean;
}

const eachItsOwn = (id: number): bigint => FROM - 1_000n + BigInt(id);

function pageOfCrowd(crowd: Crowd, query: IncidentQuery, cap = CAP): IncidentPage {
  const { size, status, createdAt, isGone = () => false } = crowd;
  const { createdFrom = 0n, createdTo = MAX_TICKS, skip = 0 } = query;
  const sent = Array.from({ length: size }, (_, index) => index + 1)
    .filter((id) => !isGone(id) && createdAt(id) >= createdFrom && createdAt(id) < createdTo)
    .filter((id) => query.status === undefined || status(id) === query.status)
    .slice(skip, skip + cap);
  const incidents = sent.map((id) => {
    const observed = observe(String(id));
    return { ...observed, incident: { ...observed.incident, createdTime: formatTicks(createdAt(id)) } };
  });
  return { ...pageOf([]), count: sent.length, incidents, sourceStatuses: sent.map(status) };
}
