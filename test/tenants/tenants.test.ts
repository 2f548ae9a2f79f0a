import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCycle } from '../../shared/domain/reading/read-cycle.ts';
import { TICKS_PER_HOUR, TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import type { TenantList } from '../../shared/querying/list-tenants.ts';
import { seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';
import { createTenantWorld, type TenantWorld } from '../helpers/worlds/tenant-world.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

describe('getTenant()', () => {
  test('shows lag, error, gaps and the progress of a backfill', async () => {
    const world = await createTenantWorld(storage);
    const now = world.incidents.table.serviceTime();
    const from = now - 10n * TICKS_PER_HOUR;
    const backfill = { ...startCycle(from, now, now - TICKS_PER_MINUTE), cursor: from + 2n * TICKS_PER_HOUR };
    const lastError = {
      code: 'throttled',
      message: 'Too many calls',
      blame: 'microsoft',
      action: 'Wait',
      since: now,
    } as const;
    const gap = { from, to: now, reason: 'bad-page', incidentId: undefined, since: now, retryAt: now };
    await seedState(world.incidents.table, ALPHA, {
      status: 'active',
      completeThrough: now - TICKS_PER_HOUR,
      backfill,
      lastError,
      gaps: [gap],
    });

    const tenant = await world.get(ALPHA);

    expect(tenant).toMatchObject({
      status: 'active',
      lastError: { code: 'throttled', blame: 'microsoft', action: 'Wait' },
    });
    expect(tenant.lagSeconds).toBeGreaterThan(3_590);
    expect(tenant.lagSeconds).toBeLessThan(3_700);
    expect(tenant.backfill?.percent).toBe(20);
    expect(tenant.backfill?.etaSeconds).toBeGreaterThan(200);
    expect(tenant.gaps).toMatchObject([{ reason: 'bad-page', incidentId: null }]);
  });

  test('knows no tenant that is not registered, and reports one without a state row as an error', async () => {
    const world = await createTenantWorld(storage);
    await seedRecord(world.tenants.table, BETA, { displayName: 'Beta' });

    await expect(world.get(ALPHA)).rejects.toMatchObject({ code: 'not-found', status: 404 });
    expect(await world.get(BETA)).toMatchObject({
      displayName: 'Beta',
      lastError: { code: 'tenant-state-missing', blame: 'collector' },
    });
    expect((await world.put(BETA, {})).tenant).toMatchObject({
      displayName: 'Beta',
      status: 'pending',
      lastError: null,
    });
  });
});

describe('listTenants()', () => {
  async function createRegistry(): Promise<TenantWorld> {
    const world = await createTenantWorld(storage);
    const now = world.incidents.table.serviceTime();
    await seedRecord(world.tenants.table, ALPHA, { displayName: 'zeta', customer: 'Contoso', labels: ['gold'] });
    await seedState(world.incidents.table, ALPHA, { status: 'active', completeThrough: now - TICKS_PER_MINUTE });
    await seedRecord(world.tenants.table, BETA, { displayName: 'Beta', customer: 'Contoso' });
    await seedState(world.incidents.table, BETA, {
      status: 'active',
      isPaused: true,
      completeThrough: now - TICKS_PER_HOUR,
    });
    await seedState(world.incidents.table, GAMMA, { status: 'pending' });
    return world;
  }

  const idsOf = ({ tenants }: TenantList): string[] => tenants.map(({ tenantId }) => tenantId);

  test('sorts and filters', async () => {
    const { list } = await createRegistry();

    expect(idsOf(await list())).toEqual([BETA, ALPHA, GAMMA]);
    expect(idsOf(await list('sort=lag'))).toEqual([GAMMA, BETA, ALPHA]);
    expect(idsOf(await list('status=paused,pending'))).toEqual([BETA, GAMMA]);
    expect(idsOf(await list('customer=contoso&status=active'))).toEqual([ALPHA]);
    expect(idsOf(await list('label=Gold'))).toEqual([ALPHA]);
    expect(idsOf(await list('q=ZET'))).toEqual([ALPHA]);
    expect(idsOf(await list(`q=${GAMMA.slice(-4)}`))).toEqual([GAMMA]);
  });

  test('names those of the page that are blind, and what kind of blindness it is', async () => {
    const { list } = await createRegistry();

    expect((await list()).blind).toMatchObject([
      { tenantId: BETA, tenantName: 'Beta', code: 'paused', kind: 'stopped' },
      { tenantId: GAMMA, code: 'pending', kind: 'reading' },
    ]);
    expect((await list('status=active')).blind).toEqual([]);
  });

  test.each([
    ['customer=Contosso', 'unknown-customer', '"Contoso"'],
    ['label=gild', 'unknown-label', '"gold"'],
  ])('refuses %s as %s with the nearest name', async (query, code, nearest) => {
    const { list } = await createRegistry();

    await expect(list(query)).rejects.toMatchObject({ code, message: expect.stringContaining(nearest) });
  });

  test('pages by a cursor that is bound to its filters', async () => {
    const { list } = await createRegistry();

    const first = await list('pageSize=2');
    const second = await list(`pageSize=2&cursor=${first.cursor}`);

    expect([idsOf(first), idsOf(second), second.cursor]).toEqual([[BETA, ALPHA], [GAMMA], null]);
    await expect(async () => list(`sort=lag&cursor=${first.cursor}`)).rejects.toMatchObject({ code: 'bad-cursor' });
  });

  test.each([
    ['status=live', /"status".*paused/],
    ['sort=age', /"sort".*name, lag/],
    ['open=true', /"open".*known are status/],
  ])('%s is refused', async (query, message) => {
    const { list } = await createTenantWorld(storage);
    await expect(async () => list(query)).rejects.toThrow(message);
  });
});
