import { beforeEach, describe, expect, test } from '@jest/globals';
import { countedFrom, listCreated } from '../../shared/domain/incidents/created-counts.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_DAY, TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import { countOlder } from '../../shared/polling/count-older.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anIncident, seedIncidents, seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);

const createdOf = (table: MemoryTable) => readStateRow(table.rows(SHARD).get(stateKey(TENANT)) ?? {}).created;

/** As a version that counted nothing has left it. */
async function forgetCounts(table: MemoryTable): Promise<void> {
  const { created: _created, ...properties } = table.rows(SHARD).get(stateKey(TENANT)) ?? {};
  await table.transact(SHARD, [{ kind: 'upsert', rowKey: stateKey(TENANT), properties }]);
}

async function poll(table: MemoryTable): Promise<void> {
  const session = await openSession(table, clock, TENANT);
  if (session === undefined) throw new Error('The tenant has a state row');
  await countOlder({ table, session, log: () => {} });
}

describe('countOlder()', () => {
  let table: MemoryTable;
  beforeEach(async () => {
    table = createMemoryTable();
    await seedState(table, TENANT, { status: 'active' });
  });

  const store = async (count: number, minutes: bigint): Promise<void> => {
    const now = table.serviceTime();
    await seedIncidents(
      table,
      TENANT,
      Array.from({ length: count }, (_, id) =>
        anIncident(String(id), formatTicks(now - BigInt(id) * minutes * TICKS_PER_MINUTE)),
      ),
    );
  };

  test('counts what a version before has stored as if it had been counted, and only once', async () => {
    await store(300, 60n);
    const whole = createdOf(table);
    await forgetCounts(table);

    // What is stored meanwhile is counted with the rest.
    await seedIncidents(table, TENANT, [anIncident('7', formatTicks(table.serviceTime()), { severity: 'high' })]);
    expect(createdOf(table)).toBeUndefined();
    await poll(table);

    const counts = listCreated(createdOf(table) ?? new Uint8Array());
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    expect(counts.filter(({ severity }) => severity === 'high')).toMatchObject([{ count: 1 }]);
    expect(counts.length).toBeGreaterThan(listCreated(whole ?? new Uint8Array()).length - 2);
    const before = table.applied.length;
    await poll(table);
    expect(table.applied).toHaveLength(before);
  });

  test('says from when on it is right', async () => {
    await store(10, 60n);
    await forgetCounts(table);
    await poll(table);

    const from = countedFrom(createdOf(table) ?? new Uint8Array());
    const kept = table.serviceTime() - 92n * TICKS_PER_DAY;
    expect(from >= kept - 15n * TICKS_PER_MINUTE && from <= kept + 15n * TICKS_PER_MINUTE).toBe(true);
  });

  test('of more than 20,000 counts the newest, with at most 20 requests', async () => {
    await store(1_200, 15n);
    await forgetCounts(table);
    let requests = 0;
    const small = {
      ...table,
      list: (...[shard, range, options]: Parameters<MemoryTable['list']>) => {
        requests += 1;
        return table.list(shard, range, { ...options, top: 50 });
      },
    };
    await poll(small);

    const created = createdOf(table) ?? new Uint8Array();
    expect(requests).toBe(20);
    const from = countedFrom(created);
    expect(from).toBeGreaterThan(table.serviceTime() - 1_000n * 15n * TICKS_PER_MINUTE);
    // Each quarter of an hour has one incident.
    const quarters = (table.serviceTime() - from) / (15n * TICKS_PER_MINUTE) + 1n;
    expect(Math.abs(listCreated(created).length - Number(quarters))).toBeLessThanOrEqual(1);
  });
});
