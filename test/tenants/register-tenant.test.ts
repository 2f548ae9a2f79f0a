import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { TICKS_PER_DAY } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';
import { createTenantWorld } from '../helpers/worlds/tenant-world.ts';

const ALPHA = tenantNumber(1);

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

describe('registerTenant()', () => {
  test('registers an unknown tenant as pending and due at once', async () => {
    const world = await createTenantWorld(storage);

    const { tenant, isNew } = await world.put(ALPHA, {
      displayName: 'Alpha GmbH',
      customer: 'Alpha',
      labels: ['gold'],
    });

    expect(isNew).toBe(true);
    expect(tenant).toEqual({
      tenantId: ALPHA,
      displayName: 'Alpha GmbH',
      customer: 'Alpha',
      labels: ['gold'],
      status: 'pending',
      source: 'defender',
      ownSource: null,
      failover: null,
      readFrom: 'defender',
      consentedAt: null,
      deletedAt: null,
      completeThrough: null,
      reconciledThrough: null,
      completeFrom: null,
      lagSeconds: null,
      lastError: null,
      backfill: null,
      reconciliation: null,
      foundLate: 0,
      gaps: [],
      alertsPending: 0,
      storedIncidents: 0,
      lastIncidentAt: null,
      silence: null,
      hint: null,
    });
    expect((await world.state(ALPHA)).nextDueAt).toBeLessThanOrEqual(world.incidents.table.serviceTime());
    expect(await world.get(ALPHA)).toEqual(tenant);
  });

  test('changes only what is given, and the same call again changes nothing', async () => {
    const world = await createTenantWorld(storage);
    await world.put(ALPHA, { displayName: 'Alpha GmbH', customer: 'Alpha', labels: ['gold'] });
    const before = await world.state(ALPHA);

    const changed = await world.put(ALPHA, { customer: 'Alpha Group', labels: [] });
    const again = await world.put(ALPHA, { customer: 'Alpha Group' });
    const cleared = await world.put(ALPHA, { displayName: null });

    expect(changed).toMatchObject({
      isNew: false,
      tenant: { displayName: 'Alpha GmbH', customer: 'Alpha Group', labels: [] },
    });
    expect(again).toEqual(changed);
    expect(cleared.tenant).toMatchObject({ displayName: null, customer: 'Alpha Group' });
    expect(await world.state(ALPHA)).toEqual(before);
  });

  test('keeps status and everything that was collected', async () => {
    const world = await createTenantWorld(storage);
    const completeThrough = world.incidents.table.serviceTime();
    await seedState(world.incidents.table, ALPHA, {
      status: 'active',
      completeThrough,
      sequence: 9n,
      storedIncidents: 5,
    });
    await seedRecord(world.tenants.table, ALPHA, { displayName: 'Alpha', consentedAt: '2026-01-01T00:00:00.0000000Z' });

    const { tenant } = await world.put(ALPHA, { displayName: 'Alpha GmbH' });

    expect(tenant).toMatchObject({ status: 'active', storedIncidents: 5, consentedAt: '2026-01-01T00:00:00.0000000Z' });
    expect((await world.state(ALPHA)).sequence).toBe(9n);
  });

  test('finishes a registration that stopped between its two rows', async () => {
    const world = await createTenantWorld(storage);
    const unready: Table = { ...world.tenants.table, get: async () => Promise.reject(new Error('crash')) };
    await expect(world.put(ALPHA, { displayName: 'Alpha' }, { tenants: unready })).rejects.toThrow('crash');
    expect((await world.get(ALPHA)).displayName).toBeNull();

    const { tenant, isNew } = await world.put(ALPHA, { displayName: 'Alpha' });

    expect([tenant.displayName, tenant.status, isNew]).toEqual(['Alpha', 'pending', true]);
  });

  test('of two at once one registers and both answer', async () => {
    const world = await createTenantWorld(storage);

    const both = await Promise.all([
      world.put(ALPHA, { displayName: 'Alpha' }),
      world.put(ALPHA, { customer: 'Contoso' }),
    ]);

    expect(both.filter(({ isNew }) => isNew).length).toBeGreaterThanOrEqual(1);
    expect(await world.get(ALPHA)).toMatchObject({ displayName: 'Alpha', customer: 'Contoso', status: 'pending' });
  });

  test('pauses and resumes without raising the sequence, and a worker in between goes on', async () => {
    const world = await createTenantWorld(storage);
    await seedState(world.incidents.table, ALPHA, { status: 'active', sequence: 4n });
    const worker = await openSession(world.incidents.table, systemClock, ALPHA);

    const paused = await world.put(ALPHA, { paused: true });
    await worker?.commit({ change: (state) => ({ ...state, storedIncidents: 3 }) });

    expect(paused.tenant.status).toBe('paused');
    expect(await world.state(ALPHA)).toMatchObject({
      status: 'active',
      isPaused: true,
      sequence: 5n,
      storedIncidents: 3,
    });
    expect((await world.put(ALPHA, { paused: false })).tenant.status).toBe('active');
  });

  test('registers a customer of another source than the usual one as read from there', async () => {
    const world = await createTenantWorld(storage);

    expect((await world.put(ALPHA, { source: 'graph' })).tenant).toMatchObject({ source: 'graph', readFrom: 'graph' });
  });

  test('has no source of its own until it is given one, and gives it back with null', async () => {
    const world = await createTenantWorld(storage);

    expect((await world.put(ALPHA, {})).tenant).toMatchObject({ source: 'defender', ownSource: null });
    expect((await world.put(ALPHA, { source: 'defender' })).tenant).toMatchObject({ ownSource: 'defender' });
    expect((await world.put(ALPHA, { displayName: 'Alpha' })).tenant).toMatchObject({ ownSource: 'defender' });
    expect((await world.put(ALPHA, { source: null })).tenant).toMatchObject({ source: 'defender', ownSource: null });
  });

  test('wants another source at once, and a worker in between ends its poll with the one that it began with', async () => {
    const world = await createTenantWorld(storage);
    const later = world.incidents.table.serviceTime() + TICKS_PER_DAY;
    await seedState(world.incidents.table, ALPHA, { status: 'active', sequence: 4n, nextDueAt: later });
    const worker = await openSession(world.incidents.table, systemClock, ALPHA);

    const { tenant } = await world.put(ALPHA, { source: 'graph' });
    await worker?.commit({ change: (state) => ({ ...state, storedIncidents: 3 }) });

    expect(tenant).toMatchObject({ source: 'graph', readFrom: 'defender' });
    const state = await world.state(ALPHA);
    expect(state).toMatchObject({ ownSource: 'graph', readFrom: 'defender', sequence: 5n, storedIncidents: 3 });
    expect(state.nextDueAt).toBeLessThan(later);
  });

  test('tries again when a worker commits between its read and its write', async () => {
    const world = await createTenantWorld(storage);
    await seedState(world.incidents.table, ALPHA, { status: 'active' });
    let races = 2;
    const racing: Table = {
      ...world.incidents.table,
      transact: async (...args) => {
        if (races-- > 0)
          await (await openSession(world.incidents.table, systemClock, ALPHA))?.commit({ change: (state) => state });
        return world.incidents.table.transact(...args);
      },
    };

    await world.put(ALPHA, { paused: true }, { incidents: racing });

    expect(await world.state(ALPHA)).toMatchObject({ isPaused: true, sequence: 2n });
  });

  test('changes nothing of a tenant that is being erased', async () => {
    const world = await createTenantWorld(storage);
    await seedState(world.incidents.table, ALPHA, { status: 'purging', isPaused: true });

    const refused = { blame: 'caller', code: 'tenant-purging', status: 409 };
    await expect(world.put(ALPHA, { displayName: 'Alpha' })).rejects.toMatchObject(refused);
    await expect(world.put(ALPHA, { paused: false })).rejects.toMatchObject(refused);
    expect(await world.get(ALPHA)).toMatchObject({ status: 'purging', displayName: null });
  });
});
