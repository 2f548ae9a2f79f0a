import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTicks, TICKS_PER_HOUR } from '../../shared/domain/values/ticks.ts';
import { anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';
import { createIncidentWorld, idsOf, minute, readPages } from '../helpers/worlds/incident-world.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

describe('queryIncidents()', () => {
  test('lists all tenants, newest update first, whatever the tie', async () => {
    const world = await createIncidentWorld(storage);
    await seedIncidents(world.incidents.table, ALPHA, [
      anIncident('1', minute(1)),
      anIncident('4', '2026-01-01T00:04:00.0000001Z'),
    ]);
    await seedIncidents(world.incidents.table, BETA, [anIncident('2', minute(2)), anIncident('5', minute(4))]);
    await seedIncidents(world.incidents.table, GAMMA, [anIncident('3', minute(4))]);

    const answer = await world.get('');

    expect(idsOf(answer)).toEqual(['4', '5', '3', '2', '1']);
    expect(answer.cursor).toBeNull();
  });

  test('shows every list column and the names of the registry, and leaves out what list rows lack', async () => {
    const world = await createIncidentWorld(storage);
    await seedRecord(world.tenants.table, ALPHA, { displayName: 'Alpha GmbH', customer: 'Alpha' });
    const devices = [
      { deviceId: 'd', aadDeviceId: null, name: 'pc', osPlatform: null, healthStatus: null, riskScore: null },
    ];
    await seedIncidents(world.incidents.table, ALPHA, [anIncident('7', minute(1), { tags: ['vip'], devices })]);

    const [incident] = (await world.get('')).incidents;

    expect(incident).toMatchObject({
      tenantId: ALPHA,
      tenantName: 'Alpha GmbH',
      customer: 'Alpha',
      incidentId: '7',
      tags: ['vip'],
    });
    expect(incident).toMatchObject({
      assignedTo: null,
      categories: [],
      lastUpdateTime: '2026-01-01T00:01:00.0000000Z',
      truncated: [],
      devicesCount: 1,
      usersCount: 0,
    });
    expect(incident).not.toHaveProperty('devices');
    expect(incident?.collectedAt).toMatch(/^\d{4}-.*\.\d{7}Z$/);
  });

  test('reads one tenant with one request a page', async () => {
    const world = await createIncidentWorld(storage);
    await seedIncidents(world.incidents.table, ALPHA, [anIncident('1', minute(1)), anIncident('2', minute(2))]);
    await seedIncidents(world.incidents.table, BETA, [anIncident('3', minute(3))]);
    await world.get(`tenantId=${ALPHA}`);
    world.incidents.reset();

    const answer = await world.get(`tenantId=${ALPHA.toUpperCase()}`);

    expect(idsOf(answer)).toEqual(['2', '1']);
    expect(world.incidents.requests()).toBe(1);
  });
});

describe('queryIncidents() pages', () => {
  test('an incident that stays in place is shown exactly once while others move', async () => {
    const world = await createIncidentWorld(storage);
    const tenantIds = [ALPHA, BETA, GAMMA];
    for (const [index, tenantId] of tenantIds.entries())
      await seedIncidents(
        world.incidents.table,
        tenantId,
        Array.from({ length: 20 }, (_, number) => anIncident(`${index}${number + 10}`, minute(number * 3 + index))),
      );
    const moved = ['010', '125', '217', '029'];

    const ids = await readPages(world, 'pageSize=7', async (page) => {
      const incidentId = moved[page - 1];
      if (incidentId === undefined) return;
      const tenantId = tenantIds[Number(incidentId.slice(0, 1))] ?? ALPHA;
      await seedIncidents(world.incidents.table, tenantId, [anIncident(incidentId, minute(500 + page))]);
    });

    const stayed = ids.filter((id) => !moved.includes(id));
    expect(new Set(stayed).size).toBe(56);
    expect(stayed).toHaveLength(56);
  });

  test('a rare filter makes short pages that cost a bounded number of requests', async () => {
    const world = await createIncidentWorld(storage);
    const common = Array.from({ length: 700 }, (_, number) => anIncident(String(number + 100), minute(number)));
    await seedIncidents(world.incidents.table, ALPHA, [...common, anIncident('7', minute(-5), { severity: 'high' })]);
    await seedIncidents(world.incidents.table, BETA, [anIncident('8', minute(-9), { severity: 'high' })]);
    await world.get('pageSize=1');
    const costs: number[] = [];
    world.incidents.reset();

    const ids = await readPages(world, 'severity=high', async () => {
      costs.push(world.incidents.requests());
      world.incidents.reset();
    });

    expect(ids).toEqual(['7', '8']);
    expect(Math.max(world.incidents.requests(), ...costs)).toBeLessThanOrEqual(20);
  });

  test('a page of one tenant costs at most four requests, however rare the filter', async () => {
    const world = await createIncidentWorld(storage);
    await seedIncidents(
      world.incidents.table,
      ALPHA,
      Array.from({ length: 700 }, (_, number) => anIncident(String(number), minute(number))),
    );
    await world.get(`tenantId=${ALPHA}`);
    world.incidents.reset();

    await world.get(`tenantId=${ALPHA}&status=new`);

    expect(world.incidents.requests()).toBeLessThanOrEqual(4);
  });

  test('a cursor goes on across the tenants of a customer, whatever the tie', async () => {
    const world = await createIncidentWorld(storage);
    for (const tenantId of [ALPHA, BETA]) await seedRecord(world.tenants.table, tenantId, { customer: 'Contoso' });
    await seedIncidents(world.incidents.table, ALPHA, [
      anIncident('1', minute(1)),
      anIncident('3', minute(3)),
      anIncident('5', minute(5)),
    ]);
    await seedIncidents(world.incidents.table, BETA, [
      anIncident('2', minute(2)),
      anIncident('4', minute(4)),
      anIncident('6', minute(5)),
    ]);
    await seedIncidents(world.incidents.table, GAMMA, [anIncident('9', minute(9))]);

    expect(await readPages(world, 'customer=Contoso&pageSize=1')).toEqual(['5', '6', '4', '3', '2', '1']);
  });

  test('a customer of more tenants than shards is read through the shards', async () => {
    const world = await createIncidentWorld(storage);
    const tenantIds = Array.from({ length: 18 }, (_, number) => tenantNumber(100 + number));
    for (const [number, tenantId] of tenantIds.entries()) {
      await seedRecord(world.tenants.table, tenantId, { customer: 'Contoso' });
      await seedIncidents(world.incidents.table, tenantId, [anIncident(String(number), minute(number))]);
    }
    await seedIncidents(world.incidents.table, ALPHA, [anIncident('99', minute(99))]);

    expect(await readPages(world, 'customer=Contoso&pageSize=5')).toEqual(
      tenantIds.map((_, number) => String(17 - number)),
    );
  });

  test('a cursor with other filters, a damaged one and one of another list are refused', async () => {
    const world = await createIncidentWorld(storage);
    await seedIncidents(world.incidents.table, ALPHA, [anIncident('1', minute(1)), anIncident('2', minute(2))]);
    const { cursor } = await world.get('pageSize=1&open=true');

    const refused = { code: 'bad-cursor', blame: 'caller' };
    await expect(async () => world.get(`cursor=${cursor}`)).rejects.toMatchObject(refused);
    await expect(async () => world.get(`open=true&cursor=${cursor?.slice(0, -3)}`)).rejects.toMatchObject(refused);
    await expect(async () => world.get('open=true&cursor=hello')).rejects.toMatchObject(refused);
    expect(idsOf(await world.get(`open=TRUE&pageSize=2&cursor=${cursor}`))).toEqual(['1']);
  });
});

describe('queryIncidents() coverage', () => {
  test('it speaks of the tenants asked for only', async () => {
    const world = await createIncidentWorld(storage);
    const completeThrough = world.incidents.table.serviceTime() - TICKS_PER_HOUR;
    await seedState(world.incidents.table, ALPHA, {
      status: 'active',
      completeThrough: world.incidents.table.serviceTime(),
    });
    await seedState(world.incidents.table, BETA, { status: 'active', completeThrough });

    const [all, alpha] = await Promise.all([world.get(''), world.get(`tenantId=${ALPHA}`)]);

    expect(all.coverage).toMatchObject({ blindCount: 1, blind: [{ tenantId: BETA, code: 'stale' }] });
    expect(all.coverage.completeThrough).toBe(formatTicks(completeThrough));
    expect(alpha.coverage).toMatchObject({ blindCount: 0, blind: [] });
  });
});
