import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { fingerprintOf } from '../../shared/domain/rows/fingerprints.ts';
import { readIncidentRow } from '../../shared/domain/rows/read-incident-rows.ts';
import { incidentKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { storeIncidents } from '../../shared/storing/store-incidents.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anIncident, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';

const TENANT = tenantNumber(1);
const EARLY = '2026-01-01T00:00:00.0000000Z';
const LATE = '2026-01-01T00:00:01.0000000Z';
const clock: Clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

const observe = (at: string): ObservedIncident => ({
  incident: anIncident('1', at),
  alerts: [],
  updatedAt: ticksOf(at),
  timeAssumed: false,
  contentHash: at,
  sourceJson: '{}',
});

/** Stores what several answers of one read have shown of incident 1; by id, the source shows `now`, or fails where that is `unreadable`. */
async function store(shown: readonly string[], now: string | undefined) {
  const table = createMemoryTable();
  await seedState(table, TENANT, { status: 'active' });
  const session = await openSession(table, clock, TENANT);
  if (session === undefined) throw new Error('The state row was just written');
  const asked: string[] = [];
  const readById = async (incidentId: string): Promise<ObservedIncident | undefined> => {
    asked.push(incidentId);
    if (now === 'unreadable') throw new AppError('incident-unreadable', `Cannot read incident ${incidentId}`);
    return now === undefined ? undefined : observe(now);
  };
  const known = new Map<string, Ticks>();
  const unreadable: ObservedIncident[] = [];
  await storeIncidents(
    { table, session, log: () => undefined, readById, tryById: readById },
    {
      incidents: shown.map(observe),
      isBackfill: false,
      known,
      advance: (state) => state,
      believesList: false,
      waiting: [],
      wholeSince: 0n,
      onUnreadable: (observed) => unreadable.push(observed),
    },
  );
  const row = await table.get(shardOf(TENANT), incidentKey(TENANT, '1'));
  const stored = row === undefined ? undefined : readIncidentRow(row.properties).incident.lastUpdateTime;
  return { stored, asked, known, unreadable };
}

describe('storeIncidents() with several answers about one incident', () => {
  test('takes the newest without asking when it came last', async () => {
    expect(await store([EARLY, LATE], EARLY)).toMatchObject({ stored: LATE, asked: [] });
  });

  test.each([
    { story: 'the source has dated it back', now: EARLY },
    { story: 'a replica was behind', now: LATE },
  ])('asks by id when an older time came last: $story', async ({ now }) => {
    expect(await store([LATE, EARLY], now)).toMatchObject({ stored: now, asked: ['1'] });
  });

  test('names all times that it was shown with where it cannot be read by id: it may be dated at any of them', async () => {
    const { stored, unreadable } = await store([LATE, EARLY], 'unreadable');
    expect(stored).toBe(LATE);
    expect(unreadable).toMatchObject([{ updatedAt: ticksOf(LATE), disputedBy: [ticksOf(EARLY)] }]);
  });

  test('remembers of a dispute only what was stored in the end', async () => {
    const { known } = await store([LATE, EARLY], EARLY);
    expect([...known.keys()]).toEqual([fingerprintOf(observe(EARLY))]);
  });
});

describe('storeIncidents() with an incident that is listed and not found by id', () => {
  const FUTURE = '2126-01-01T00:00:00.0000000Z';

  test.each([
    { story: 'dated far ahead', shown: [FUTURE], stored: FUTURE },
    { story: 'in dispute between two answers', shown: [LATE, EARLY], stored: LATE },
  ])('stores what the list has shown where nothing is stored of it: $story', async ({ shown, stored }) => {
    expect(await store(shown, undefined)).toMatchObject({ stored, asked: ['1'] });
  });
});

describe('storeIncidents() with a page that is listed without its alerts', () => {
  /** So many that what is stored of them is read as one range. */
  const IDS = Array.from({ length: 9 }, (_, index) => String(index + 1));
  const listed = (incidentId: string): ObservedIncident => ({
    ...observe(timeOf(incidentId)),
    incident: anIncident(incidentId, timeOf(incidentId), { alertsCount: null, source: 'graph' }),
    contentHash: `missing-${incidentId}`,
    missingAlerts: { link: undefined },
  });
  const whole = (incidentId: string): ObservedIncident => ({
    ...observe(timeOf(incidentId)),
    incident: anIncident(incidentId, timeOf(incidentId), { source: 'graph' }),
  });

  /** Each a second after the other. */
  const timeOf = (incidentId: string): string => `2026-01-01T00:00:0${incidentId}.0000000Z`;

  async function openTable() {
    const table = createMemoryTable();
    await seedState(table, TENANT, { status: 'active' });
    const session = await openSession(table, clock, TENANT);
    if (session === undefined) throw new Error('The state row was just written');
    const moves: (Ticks | undefined)[] = [];
    const storeListed = async (
      tryById: (incidentId: string) => Promise<ObservedIncident>,
      incidents: readonly ObservedIncident[] = IDS.map(listed),
    ): Promise<number> =>
      storeIncidents(
        { table, session, log: () => undefined, readById: tryById, tryById },
        {
          incidents,
          isBackfill: false,
          known: new Map(),
          advance: (state, listedBefore) => {
            moves.push(listedBefore);
            return state;
          },
          believesList: false,
          waiting: [],
          wholeSince: 0n,
          onUnreadable: () => undefined,
        },
      );
    return { table, storeListed, moves };
  }

  const unreadable = (incidentId: string): AppError =>
    new AppError('incident-unreadable', `Cannot read incident ${incidentId}`);

  test('gets behind those that still cannot be read when the time ends, though none of them is new', async () => {
    const { storeListed, moves } = await openTable();
    await storeListed(async (incidentId) => {
      throw unreadable(incidentId);
    });
    moves.length = 0;

    const run = storeListed(async (incidentId) => {
      throw incidentId === '3' ? new AppError('budget-spent', 'No call is left') : unreadable(incidentId);
    });

    await expect(run).rejects.toMatchObject({ code: 'budget-spent' });
    expect(moves).toEqual([ticksOf(timeOf('3'))]);
  });

  test('of one instant asks first for what has no row yet: those before it may take all the time, each time anew', async () => {
    const { storeListed } = await openTable();
    const atOnce = IDS.map((id): ObservedIncident => ({ ...listed(id), updatedAt: ticksOf(timeOf('1')) }));
    const fail = async (incidentId: string): Promise<ObservedIncident> => {
      throw unreadable(incidentId);
    };
    await storeListed(fail, atOnce.slice(0, -1));

    const asked: string[] = [];
    const run = storeListed(async (incidentId) => {
      asked.push(incidentId);
      throw new AppError('budget-spent', 'No call is left');
    }, atOnce);

    await expect(run).rejects.toMatchObject({ code: 'budget-spent' });
    expect(asked).toEqual(['9']);
  });

  test('stores what is new as it was listed where no call is left to ask for its alerts, and claims nothing of it', async () => {
    const { table, storeListed, moves } = await openTable();

    const run = storeListed(async () => {
      throw new AppError('budget-spent', 'No call is left');
    });

    await expect(run).rejects.toMatchObject({ code: 'budget-spent' });
    const rows = await Promise.all(IDS.map((id) => table.get(shardOf(TENANT), incidentKey(TENANT, id))));
    expect(rows.map((row) => row && readIncidentRow(row.properties).incident.alertsCount)).toEqual(IDS.map(() => null));
    expect(moves).toEqual([]);
  });

  test('of one instant begins with others in each run: those that take all its time keep no other from its alerts', async () => {
    const { table, storeListed } = await openTable();
    const atOnce = IDS.map((id): ObservedIncident => ({ ...listed(id), updatedAt: ticksOf(timeOf('1')) }));
    await storeListed(async (incidentId) => {
      throw unreadable(incidentId);
    }, atOnce);

    const asked = new Set<string>();
    for (let run = 0; run < 20; run += 1) {
      table.advance(61);
      const ended = storeListed(async (incidentId) => {
        asked.add(incidentId);
        throw new AppError('budget-spent', 'No call is left');
      }, atOnce);
      await expect(ended).rejects.toMatchObject({ code: 'budget-spent' });
    }

    expect([...asked].sort()).toEqual(IDS);
  });

  test('stores each with its alerts as soon as it can be read by its id, though the list shows the same again', async () => {
    const { table, storeListed } = await openTable();
    const alertsCounts = async (): Promise<(number | null)[]> => {
      const rows = await Promise.all(IDS.map((id) => table.get(shardOf(TENANT), incidentKey(TENANT, id))));
      return rows.map((row) => readIncidentRow(row?.properties ?? {}).incident.alertsCount);
    };
    await storeListed(async (incidentId) => {
      throw unreadable(incidentId);
    });
    expect(await alertsCounts()).toEqual(IDS.map(() => null));

    await storeListed(async (incidentId) => whole(incidentId));
    expect(await alertsCounts()).toEqual(IDS.map(() => 0));
  });
});
