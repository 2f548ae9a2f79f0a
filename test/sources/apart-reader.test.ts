import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { startCycle } from '../../shared/domain/reading/read-cycle.ts';
import { startSearch } from '../../shared/domain/reading/window-search.ts';
import { TICKS_PER_DAY } from '../../shared/domain/values/ticks.ts';
import type { ErrorCode } from '../../shared/errors/error-table.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentPage, IncidentQuery } from '../../shared/ports/incident-source.ts';
import { readAlertsApart, type ApartOptions } from '../../shared/sources/apart-reader.ts';
import type { MeteredReader } from '../../shared/sources/metered-reader.ts';
import { anIncident } from '../helpers/seed.ts';

const NOW = 1_000n * TICKS_PER_DAY;
const WINDOW = { from: 5n, to: 9n };

const PAGE: IncidentPage = {
  incidents: [],
  withoutId: [],
  count: 0,
  sourceStatuses: [],
  nextLink: undefined,
  isPartial: false,
  visibleUntil: 0n,
};

const INCIDENT: ObservedIncident = {
  incident: anIncident('5', '2026-11-24T11:00:00Z'),
  alerts: [],
  updatedAt: NOW,
  timeAssumed: false,
  contentHash: '00',
  sourceJson: '{}',
};

const fail = (code: ErrorCode): AppError => new AppError(code, 'Cannot');

function unused(): never {
  throw new Error('Not asked for in these tests');
}

interface Source {
  /** What a list with so many incidents and their alerts fails with. */
  listFails?(top: number): AppError | undefined;
  /** The incidents that cannot be had with their alerts. */
  unexpandable?: readonly string[];
  /** What a list without alerts fails with. */
  failsWithout?(): AppError | undefined;
  page?: IncidentPage;
}

/** A reader of a source with these flaws, and what it was asked. */
function readerOf(
  { listFails = () => undefined, unexpandable = [], failsWithout = () => undefined, page = PAGE }: Source,
  { learnt, cycles = [] }: Partial<ApartOptions> = {},
) {
  const asked: string[] = [];
  const reader: MeteredReader = {
    maxTop: 50,
    statuses: [],
    list: async ({ top, withoutAlerts = false }) => {
      asked.push(`${top}${withoutAlerts ? '' : ' with alerts'}`);
      const failure = withoutAlerts ? failsWithout() : listFails(top);
      if (failure !== undefined) throw failure;
      return page;
    },
    get: async (incidentId, { withoutAlerts = false } = {}) => {
      asked.push(`${incidentId}${withoutAlerts ? '' : ' with alerts'}`);
      if (!withoutAlerts && unexpandable.includes(incidentId)) throw fail('source-unavailable');
      return INCIDENT;
    },
    alertsApart: unused,
    follow: unused,
    callsMade: () => asked.length,
    callsThrottled: () => 0,
    hasAnswered: () => true,
    serviceTime: () => NOW,
    probe: unused,
  };
  return { reader: readAlertsApart(reader, { learnt, cycles }), asked };
}

const ask = async (reader: MeteredReader, query: Partial<IncidentQuery> = {}): Promise<unknown> =>
  reader
    .list({ updatedFrom: WINDOW.from, updatedTo: WINDOW.to, top: reader.maxTop, ...query })
    .catch((error: unknown) => error);
const get = async (reader: MeteredReader, incidentId: string): Promise<unknown> =>
  reader.get(incidentId).catch((error: unknown) => error);

const always = (): AppError => fail('source-unavailable');

describe('readAlertsApart()', () => {
  test('asks without alerts for the second list that fails, and for all pages without from then on', async () => {
    const { reader, asked } = readerOf({ listFails: always });

    expect(await ask(reader)).toMatchObject({ code: 'source-unavailable' });
    expect(reader.alertsApart()).toBeUndefined();
    expect(await ask(reader, { updatedTo: 7n })).toBe(PAGE);
    await ask(reader, { updatedFrom: 7n });

    expect(asked).toEqual(['50 with alerts', '50 with alerts', '50', '50 with alerts', '50']);
    expect(reader.alertsApart()).toEqual({ mostWith: 0, since: NOW });
  });

  test.each(['page-too-large', 'bad-page', 'bad-request'] as const)(
    'takes %s for a failure of the alerts too',
    async (code) => {
      const { reader } = readerOf({ listFails: () => fail(code) });

      await ask(reader);

      expect(await ask(reader)).toBe(PAGE);
    },
  );

  test.each(['throttled', 'unauthorized', 'budget-spent'] as const)('does not take %s for one', async (code) => {
    const { reader, asked } = readerOf({ listFails: () => fail(code) });

    for (let call = 0; call < 3; call += 1) expect(await ask(reader)).toMatchObject({ code });

    expect(asked).toEqual(['50 with alerts', '50 with alerts', '50 with alerts']);
  });

  test('goes on asking for alerts where the list fails without them too, and asks that once', async () => {
    const { reader, asked } = readerOf({ listFails: always, failsWithout: always });

    for (let call = 0; call < 4; call += 1) await ask(reader);

    expect(asked.filter((call) => !call.includes('alerts'))).toEqual(['50']);
    expect(reader.alertsApart()).toBeUndefined();
  });

  test('asks that again for a page of one, as another incident may have failed the first such question', async () => {
    let isOtherThere = true;
    const { reader, asked } = readerOf({
      listFails: always,
      failsWithout: () => (isOtherThere ? fail('bad-page') : undefined),
    });
    await ask(reader);
    await ask(reader);
    isOtherThere = false;

    expect(await ask(reader, { top: 25 })).toMatchObject({ code: 'source-unavailable' });
    expect(await ask(reader, { top: 1 })).toBe(PAGE);

    expect(asked.filter((call) => !call.includes('alerts'))).toEqual(['50', '1']);
  });

  test('blames nothing where the list can be had with its alerts by then', async () => {
    let failures = 2;
    const { reader, asked } = readerOf({ listFails: () => (failures-- > 0 ? always() : undefined) });

    await ask(reader);

    expect(await ask(reader)).toBe(PAGE);
    expect(asked).toEqual(['50 with alerts', '50 with alerts', '50', '50 with alerts']);
    expect(reader.alertsApart()).toBeUndefined();
  });

  test('blames the size where each incident of the page can be had with its alerts', async () => {
    const { reader } = readerOf({ listFails: (top) => (top > 10 ? always() : undefined) });
    await ask(reader);
    await ask(reader);

    for (const incidentId of ['1', '2', '3']) await get(reader, incidentId);

    expect(reader.alertsApart()).toEqual({ mostWith: 25, since: NOW });
  });

  test('blames the size again where a size was learnt before, although no incident of the page has to be had by its id', async () => {
    const { reader } = readerOf({ listFails: always }, { learnt: { mostWith: 25, since: NOW }, cycles: [] });

    await ask(reader);
    await ask(reader);

    expect(reader.alertsApart()).toEqual({ mostWith: 10, since: NOW });
  });

  test('asks for no page with alerts below five: larger ones without, and each incident by its id, cost less', async () => {
    const { reader } = readerOf(
      { listFails: (top) => (top > 2 ? always() : undefined) },
      { learnt: { mostWith: 5, since: NOW } },
    );
    await ask(reader);
    await ask(reader);

    for (const incidentId of ['1', '2', '3']) await get(reader, incidentId);

    expect(reader.alertsApart()).toEqual({ mostWith: 0, since: NOW });
  });

  test('blames the alerts where one incident cannot be had with them, and reads it without at once', async () => {
    const { reader, asked } = readerOf({ listFails: always, unexpandable: ['2'] });
    await ask(reader);
    await ask(reader);
    asked.length = 0;

    for (const incidentId of ['1', '2', '2', '3']) expect(await get(reader, incidentId)).toBe(INCIDENT);

    expect(asked).toEqual(['1 with alerts', '2 with alerts', '2', '2', '3 with alerts']);
    expect(reader.alertsApart()).toEqual({ mostWith: 0, since: NOW });
  });

  test('does not blame the size while one incident was not had with its alerts', async () => {
    const { reader } = readerOf({ listFails: always, unexpandable: ['2'] });
    await ask(reader);
    await ask(reader);

    await get(reader, '1');
    await get(reader, '2');

    expect(reader.alertsApart()).toEqual({ mostWith: 0, since: NOW });
  });

  test('asks without alerts at once for what has failed in the poll before', async () => {
    const failed = startSearch(WINDOW, { now: NOW, top: 50, reason: 'source-unavailable', calls: 1 });
    const cycle = { ...startCycle(WINDOW.from, WINDOW.to, NOW), search: failed };
    const { reader, asked } = readerOf({ listFails: always }, { cycles: [undefined, cycle] });

    await ask(reader, { updatedFrom: 8n });
    await ask(reader);

    expect(asked).toEqual(['50 with alerts', '50', '50 with alerts']);
    expect(reader.alertsApart()).toEqual({ mostWith: 0, since: NOW });
  });

  test('asks no third incident for its alerts in vain', async () => {
    const { reader, asked } = readerOf({ unexpandable: ['1', '2', '3'] });
    for (const incidentId of ['1', '2']) await get(reader, incidentId);
    asked.length = 0;

    await get(reader, '3');

    expect(asked).toEqual(['3']);
  });

  test('asks no larger page with alerts than was learnt', async () => {
    const { reader, asked } = readerOf({}, { learnt: { mostWith: 25, since: NOW - TICKS_PER_DAY + 1n } });

    await ask(reader);
    await ask(reader, { top: 50 });

    expect(asked).toEqual(['25 with alerts', '50']);
  });

  describe('with what was learnt more than a day ago', () => {
    const learnt = { mostWith: 0, since: NOW - TICKS_PER_DAY };

    test('asks with alerts again, and forgets it when they come', async () => {
      const { reader, asked } = readerOf({ page: { ...PAGE, incidents: [INCIDENT] } }, { learnt });

      await ask(reader);

      expect(asked).toEqual(['50 with alerts']);
      expect(reader.alertsApart()).toBeUndefined();
    });

    test('keeps it while nothing is listed that could have failed', async () => {
      const { reader } = readerOf({}, { learnt });

      await ask(reader);

      expect(reader.alertsApart()).toEqual(learnt);
    });

    test('asks without alerts for the first list that fails', async () => {
      const { reader, asked } = readerOf({ listFails: always }, { learnt });

      expect(await ask(reader)).toBe(PAGE);

      expect(asked).toEqual(['50 with alerts', '50', '50 with alerts']);
      expect(reader.alertsApart()).toEqual({ mostWith: 0, since: NOW });
    });
  });

  test('uses a page without alerts rather than one that is marked as incomplete with them', async () => {
    const { reader } = readerOf({});
    const partial = { ...PAGE, isPartial: true };
    const incomplete = readAlertsApart(
      { ...reader, list: async ({ withoutAlerts = false }) => (withoutAlerts ? PAGE : partial) },
      { learnt: undefined, cycles: [] },
    );

    expect(await ask(incomplete)).toBe(partial);
    expect(await ask(incomplete)).toBe(PAGE);
  });
});
