import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLeaveCampaigns } from '../../shared/campaigns/leave-campaigns.ts';
import { EMPTY_BUDGET } from '../../shared/domain/reading/call-budget.ts';
import { incidentKey, stateKey, tenantRange } from '../../shared/domain/rows/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from '../../shared/domain/rows/row-limits.ts';
import { readStateRow, toClaimColumns } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_MINUTE, TICKS_PER_SECOND } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { expireIncidents } from '../../shared/removal/expire-incidents.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anAlert, anIncident, seedIncidents, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { copyTable } from '../helpers/tables/copy-table.ts';
import { createDyingProcess } from '../helpers/tables/dying-table.ts';
import { createFaultyTable } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);
const CUTOFF = ticksOf('2025-01-01T00:00:00Z');
const OLD = '2024-10-01T00:00:00Z';
const NEW = '2025-12-01T00:00:00Z';
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

/** `old` incidents that are too old, with three alerts each, between twice as many others. */
async function store(table: Table, old: number, alertIds = ['a', 'b', 'c']): Promise<void> {
  const number = (at: number): string => String(1_000 + at);
  for (let at = 0; at < old; at += 1) {
    await seedIncidents(
      table,
      TENANT,
      [anIncident(number(at), OLD)],
      alertIds.map((id) => anAlert(number(at), id)),
    );
    for (const other of [at + 2_000, at + 4_000]) await seedIncidents(table, TENANT, [anIncident(number(other), NEW)]);
  }
}

const expire = (table: Table) => expireIncidents({ ...depsOf(table), isOutOfTime: () => false }, TENANT, CUTOFF);

const depsOf = (table: Table) => ({ table, clock, log: () => {}, leaveCampaigns: createLeaveCampaigns(table) });

function claim(table: Table): Promise<unknown> {
  const now = table.serviceTime();
  const columns = toClaimColumns({
    busyUntil: now + 10n * TICKS_PER_MINUTE,
    claimedTick: now,
    isClaimedAsSlow: false,
    budget: EMPTY_BUDGET,
  });
  return table.transact(SHARD, [{ kind: 'merge', rowKey: stateKey(TENANT), properties: columns }]);
}

const incidentsOf = (table: MemoryTable): number => {
  const { from, to } = tenantRange('I', TENANT);
  return [...table.rows(SHARD).keys()].filter((key) => from <= key && key < to).length;
};

describe('expireIncidents()', () => {
  let table: MemoryTable;
  beforeEach(async () => {
    table = createMemoryTable();
    await seedState(table, TENANT, { status: 'active', nextDueAt: table.serviceTime() + 100_000n * TICKS_PER_MINUTE });
  });

  test.each([
    { old: 1, requests: 9 },
    { old: 6, requests: 9 },
    { old: 24, requests: 16 },
    { old: 240, requests: 108 },
  ])('deletes $old incidents of a tenant with at most $requests requests', async ({ old, requests }) => {
    await store(table, old);
    const process = createDyingProcess(Infinity, 'before');

    expect(await expire(process.open(table))).toEqual({ gone: old, left: undefined });

    expect(incidentsOf(table)).toBe(2 * old);
    expect(process.calls()).toBeLessThanOrEqual(requests);
    for (const changes of table.applied) expect(changes.length).toBeLessThanOrEqual(MAX_TRANSACTION_ROWS);
  });

  test('reads what is too old with one request each at most when it lies far apart', async () => {
    for (let at = 0; at < 200; at += 1)
      await seedIncidents(table, TENANT, [anIncident(String(1_000 + at), at % 100 === 0 ? OLD : NEW)]);
    const process = createDyingProcess(Infinity, 'before');

    expect(await expire(process.open(table))).toEqual({ gone: 2, left: undefined });

    expect(process.calls()).toBeLessThanOrEqual(12);
  });

  test('writes nothing more from the moment that a tick claims the tenant, whose poll then goes through', async () => {
    await store(table, 30);
    const counted = createFaultyTable(await copyTable(table));
    await expire(counted);
    expect(counted.sent.length).toBeGreaterThan(3);
    for (let at = 1; at <= counted.sent.length; at += 1) {
      const fresh = await copyTable(table);
      const faulty = createFaultyTable(fresh);
      faulty.beforeWrite = async () => {
        if (faulty.sent.length === at) await claim(fresh);
      };

      const outcome = await expire(faulty);

      expect({ at, ...outcome }).toMatchObject({ at, left: 'tenant-taken' });
      expect(fresh.applied.at(-1)?.map(({ rowKey }) => rowKey)).toEqual([stateKey(TENANT)]);
      const poll = await openSession(fresh, clock, TENANT);
      await poll?.commit({ change: (state) => ({ ...state, busyUntil: 0n }) });
      expect((await expire(fresh)).left).toBeUndefined();
      expect(incidentsOf(fresh)).toBe(60);
    }
  });

  test.each([
    { secondsToDue: 10, left: 'tenant-taken' },
    { secondsToDue: -10, left: 'tenant-taken' },
    { secondsToDue: 60, left: undefined },
    { secondsToDue: -60, left: undefined },
  ])(
    'leaves a tenant that a tick is about to claim: due in $secondsToDue s, left $left',
    async ({ secondsToDue, left }) => {
      await store(table, 1);
      const properties = { nextDueAt: table.serviceTime() + BigInt(secondsToDue) * TICKS_PER_SECOND };
      await table.transact(SHARD, [{ kind: 'merge', rowKey: stateKey(TENANT), properties }]);

      expect((await expire(table)).left).toBe(left);
    },
  );

  test('does not wait for the poll of a paused tenant', async () => {
    await store(table, 1);
    const properties = { nextDueAt: table.serviceTime(), isPaused: true };
    await table.transact(SHARD, [{ kind: 'merge', rowKey: stateKey(TENANT), properties }]);

    expect(await expire(table)).toEqual({ gone: 1, left: undefined });
  });

  test('ends within the transaction that is under way when its time is up, and the next run goes on', async () => {
    await store(table, 60, ['a', 'b', 'c', 'd', 'e', 'f']);
    const faulty = createFaultyTable(table);
    const isOutOfTime = (): boolean => faulty.sent.length >= 2;

    const first = await expireIncidents({ ...depsOf(faulty), isOutOfTime }, TENANT, CUTOFF);

    expect(first.left).toBe('out-of-time');
    expect(faulty.sent).toHaveLength(2);
    const state = readStateRow(table.rows(SHARD).get(stateKey(TENANT)) ?? {});
    expect(state.expiring.length).toBeGreaterThan(0);
    const second = await expire(table);
    expect(first.gone + second.gone).toBe(60);
    expect(table.rows(SHARD).has(incidentKey(TENANT, '1000'))).toBe(false);
  });
});
