import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { seedRecord, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';
import { createTenantWorld, type TenantWorld } from '../helpers/worlds/tenant-world.ts';

const ALPHA = tenantNumber(1);

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

async function createWaiting(): Promise<TenantWorld> {
  const world = await createTenantWorld(storage);
  await seedState(world.incidents.table, ALPHA, { status: 'awaiting-approval', nextDueAt: 0n });
  await seedRecord(world.tenants.table, ALPHA, { displayName: 'Alpha' });
  return world;
}

async function rowsOf({ table }: { table: Table }): Promise<string[]> {
  return (await listAllRows(table, shardOf(ALPHA), { from: '!', to: '~' })).map(({ rowKey }) => rowKey);
}

describe('decideApproval()', () => {
  test('an approved tenant is pending and due at once', async () => {
    const world = await createWaiting();

    expect(await world.decide(ALPHA, 'approve')).toMatchObject({ displayName: 'Alpha', status: 'pending' });

    expect((await world.state(ALPHA)).nextDueAt).toBeGreaterThan(ticksOf('2026-01-01T00:00:00Z'));
    await expect(world.decide(ALPHA, 'reject')).rejects.toMatchObject({ code: 'tenant-not-awaiting', status: 409 });
  });

  test('a rejected tenant leaves nothing, also when the rejection was cut off half-way', async () => {
    const world = await createWaiting();
    const broken: Table = { ...world.tenants.table, transact: () => Promise.reject(new Error('killed')) };
    await expect(world.decide(ALPHA, 'reject', { tenants: broken })).rejects.toThrow('killed');

    await world.decide(ALPHA, 'reject');

    expect([await rowsOf(world.incidents), await rowsOf(world.tenants)]).toEqual([[], []]);
    await expect(world.decide(ALPHA, 'reject')).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.decide(ALPHA, 'approve')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('of many decisions at once one counts', async () => {
    const world = await createWaiting();

    const decisions = await Promise.allSettled(
      Array.from({ length: 10 }, (_, place) => world.decide(ALPHA, place % 2 === 0 ? 'approve' : 'reject')),
    );

    expect(decisions.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    const isGone = (await rowsOf(world.incidents)).length === 0;
    if (isGone) expect(await rowsOf(world.tenants)).toEqual([]);
    else expect(await world.get(ALPHA)).toMatchObject({ displayName: 'Alpha', status: 'pending' });
  });
});

describe('requestCollection()', () => {
  test('makes a quiet tenant due at once, and an active one only', async () => {
    const world = await createTenantWorld(storage);
    const later = world.incidents.table.serviceTime() + 18_000_000_000n;
    await seedState(world.incidents.table, ALPHA, { status: 'active', nextDueAt: later });

    const { tenantId, dueAt } = await world.collect(ALPHA);

    const { nextDueAt } = await world.state(ALPHA);
    expect([tenantId, dueAt]).toEqual([ALPHA, formatTicks(nextDueAt)]);
    expect(nextDueAt).toBeLessThan(later);
    expect(await world.collect(ALPHA)).toEqual({ tenantId, dueAt });
  });

  test.each([{ status: 'consent-missing' }, { status: 'pending' }, { status: 'active', isPaused: true }] as const)(
    'refuses a tenant that is %j',
    async (fields) => {
      const world = await createTenantWorld(storage);
      await seedState(world.incidents.table, ALPHA, fields);
      await expect(world.collect(ALPHA)).rejects.toMatchObject({ code: 'tenant-not-active', status: 409 });
    },
  );
});
