import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { readIncidentDetailQuery } from '../../shared/domain/queries/incident-detail-query.ts';
import type { IncidentDetail } from '../../shared/domain/views/incident-detail.ts';
import type { Table } from '../../shared/ports/table.ts';
import { getIncident } from '../../shared/querying/get-incident.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, tenantNumber } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage, type TestTable } from '../helpers/tables/storage.ts';

const ALPHA = tenantNumber(1);
const AT = '2026-01-01T00:00:00Z';

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

interface World {
  incidents: TestTable;
  tenants: TestTable;
  get(incidentId: string, query?: string, incidents?: Table): Promise<IncidentDetail>;
}

async function createWorld(): Promise<World> {
  const [incidents, tenants] = await Promise.all([storage.createTable(), storage.createTable()]);
  const names = createTenantNames(tenants.table, systemClock);
  return {
    incidents,
    tenants,
    get: (incidentId, query = '', table = incidents.table) =>
      getIncident({ incidents: table, names }, readIncidentDetailQuery(ALPHA, incidentId, new URLSearchParams(query))),
  };
}

const alertsOf = (count: number, incidentId = '7') =>
  Array.from({ length: count }, (_, number) => anAlert(incidentId, `a${number}`));

describe('getIncident()', () => {
  test('shows the incident, its alerts and its history, newest first', async () => {
    const { incidents, tenants, get } = await createWorld();
    const comments = [{ comment: 'look', createdBy: 'ann', createdTime: null }];
    await seedRecord(tenants.table, ALPHA, { displayName: 'Alpha GmbH', customer: 'Alpha' });
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', AT)], alertsOf(2));
    await seedIncidents(
      incidents.table,
      ALPHA,
      [anIncident('7', '2026-01-02T00:00:00Z', { status: 'resolved', comments })],
      alertsOf(3),
    );

    const { incident, alerts, history, mergedInto, cursor } = await get('7');

    expect(incident).toMatchObject({
      tenantId: ALPHA,
      tenantName: 'Alpha GmbH',
      customer: 'Alpha',
      incidentId: '7',
      comments,
      devices: [],
    });
    expect(incident.firstCollectedAt < incident.collectedAt).toBe(true);
    expect(alerts.map(({ alertId }) => alertId)).toEqual(['a0', 'a1', 'a2']);
    expect(history.map(({ lastUpdateTime }) => lastUpdateTime.slice(0, 10))).toEqual(['2026-01-02', '2026-01-01']);
    expect(history[0]?.changes).toContainEqual({ field: 'status', from: 'active', to: 'resolved' });
    expect(history[1]?.changes).toEqual([{ field: 'created', from: null, to: '2026-01-01T00:00:00.0000000Z' }]);
    expect([mergedInto, cursor]).toEqual([null, null]);
  });

  test.each(['8', 'no/such?incident', ''])('knows no incident %j', async (incidentId) => {
    const { incidents, get } = await createWorld();
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', AT)]);

    await expect(get(incidentId)).rejects.toMatchObject({ blame: 'caller', code: 'not-found', status: 404 });
  });

  test('shows all of 250 alerts of a big incident, and only those of the shown version', async () => {
    const { incidents, get } = await createWorld();
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', AT)], alertsOf(250));
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', '2026-01-02T00:00:00Z')], alertsOf(250).slice(10));

    const { alerts, cursor } = await get('7');

    expect(new Set(alerts.map(({ alertId }) => alertId))).toEqual(
      new Set(
        alertsOf(250)
          .slice(10)
          .map(({ alertId }) => alertId),
      ),
    );
    expect(alerts).toHaveLength(240);
    expect(cursor).toBeNull();
  });

  test('shows more than 500 alerts in parts, each once, though a new version is stored in between', async () => {
    const { incidents, get } = await createWorld();
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', AT)], alertsOf(700));

    const first = await get('7');
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', '2026-01-02T00:00:00Z')], alertsOf(700));
    const second = await get('7', `cursor=${first.cursor}`);

    expect(first.alerts).toHaveLength(500);
    expect(new Set([...first.alerts, ...second.alerts].map(({ alertId }) => alertId)).size).toBe(700);
    expect(second.alerts).toHaveLength(200);
    expect([first.history.length, second.history.length, second.cursor]).toEqual([1, 0, null]);
  });

  test('refuses a cursor of another incident and unknown parameters', async () => {
    const { incidents, get } = await createWorld();
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', AT)], alertsOf(501));
    const { cursor } = await get('7');

    await expect(async () => get('8', `cursor=${cursor}`)).rejects.toMatchObject({ code: 'bad-cursor' });
    await expect(async () => get('7', 'alerts=none')).rejects.toMatchObject({ code: 'bad-parameter' });
  });

  test('reads again when the incident changes meanwhile, and says so when it never stops', async () => {
    const { incidents, get } = await createWorld();
    await seedIncidents(incidents.table, ALPHA, [anIncident('7', AT)], alertsOf(1));
    let changes = 1;
    const changing: Table = {
      ...incidents.table,
      list: async (...args) => {
        const page = await incidents.table.list(...args);
        if (args[1].from.startsWith('A!') && changes-- > 0)
          await seedIncidents(
            incidents.table,
            ALPHA,
            [anIncident('7', `2026-01-02T00:00:0${Math.max(changes, 0)}Z`)],
            alertsOf(2),
          );
        return page;
      },
    };

    const { incident, alerts } = await get('7', '', changing);
    expect([incident.lastUpdateTime.slice(0, 10), alerts.length]).toEqual(['2026-01-02', 2]);

    changes = 9;
    await expect(get('7', '', changing)).rejects.toMatchObject({
      code: 'incident-changing',
      status: 503,
      retriable: true,
    });
  });
});

describe('getIncident() of a merged incident', () => {
  const merged = (incidentId: string, into: string) =>
    anIncident(incidentId, AT, { status: 'redirected', redirectIncidentId: into });

  test.each([
    ['the end of its chain', [merged('1', '2'), merged('2', '3'), anIncident('3', AT)], '3'],
    ['the last one stored', [merged('1', '2'), merged('2', '3')], '2'],
    ['nothing when the next one is not stored', [merged('1', '2')], null],
    ['the last one before a loop closes', [merged('1', '2'), merged('2', '3'), merged('3', '1')], '3'],
    ['nothing when it names itself', [merged('1', '1')], null],
  ])('names %s', async (_case, chain, expected) => {
    const { incidents, get } = await createWorld();
    await seedIncidents(incidents.table, ALPHA, chain);

    expect((await get('1')).mergedInto).toBe(expected);
  });
});
