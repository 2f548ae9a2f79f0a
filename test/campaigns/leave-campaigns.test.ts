import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLeaveCampaigns } from '../../shared/campaigns/leave-campaigns.ts';
import { CAMPAIGN_PARTITION } from '../../shared/domain/campaigns/campaign-rows.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { SHARDS, shardOf } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import { expireIncidents } from '../../shared/removal/expire-incidents.ts';
import { purgeTenant } from '../../shared/removal/purge-tenant.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import type { Table } from '../../shared/ports/table.ts';
import { anAlert, anIncident, seedIncidents, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { copyTable } from '../helpers/tables/copy-table.ts';
import { createDyingProcess, Death } from '../helpers/tables/dying-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { campaignRows, entity, followLater, listAll, seedEvidence, shown } from './campaign-world.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];
const SHA256 = 'b2'.repeat(32);
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const [OLD, NEW] = ['2025-11-20T00:00:00Z', '2025-12-10T00:00:00Z'];
const evidence = [entity('file', { sha256: SHA256 }), entity('ip', { ipAddress: '8.8.4.4' })];

let start: MemoryTable;
beforeEach(async () => {
  start = createMemoryTable();
  const nextDueAt = start.serviceTime() + 100_000n * TICKS_PER_MINUTE;
  for (const tenantId of [ALPHA, BETA, GAMMA]) await seedState(start, tenantId, { status: 'active', nextDueAt });
  await seedEvidence(start, ALPHA, ['1', OLD], evidence);
  await seedEvidence(start, BETA, ['1', NEW], evidence);
  await seedEvidence(start, GAMMA, ['1', NEW], evidence.slice(0, 1));
  // With an index of so many rows that they do not fit one transaction.
  const many = Array.from({ length: 120 }, (_, at) => entity('ip', { ipAddress: `9.9.9.${at}` }, null));
  await seedEvidence(start, ALPHA, ['2', OLD], [...evidence, ...many]);
  const owner = { accountName: null, domainName: null, userPrincipalName: 'kim@alpha.test', aadUserId: 'a', sid: null };
  await seedIncidents(start, ALPHA, [anIncident('3', NEW, { users: [owner] })], [anAlert('3', 'a-3')]);
  await followLater(start);
});

const copyWhole = (table: MemoryTable): Promise<MemoryTable> => copyTable(table, [...SHARDS, CAMPAIGN_PARTITION]);
const homes = (table: MemoryTable): string[] => [...campaignRows(table).keys()].filter((key) => key.startsWith('V!'));
const isOfAlpha = (table: MemoryTable): boolean =>
  [...table.rows(CAMPAIGN_PARTITION)].some(
    ([rowKey, { tenants }]) => rowKey.includes(ALPHA) || (typeof tenants === 'string' && tenants.includes(ALPHA)),
  );

const ways = {
  retention: (table: Table) =>
    expireIncidents(
      { table, clock, log: () => {}, isOutOfTime: () => false, leaveCampaigns: createLeaveCampaigns(table) },
      ALPHA,
      ticksOf('2025-12-01T00:00:00Z'),
    ),
  purge: (table: Table) => {
    const others = { tenants: createMemoryTable(), consentRequests: createMemoryTable() };
    const limits = { budgetMs: 1_000, endMs: 100_000 };
    const audit = createAuditLog(createMemoryTable());
    return purgeTenant(
      { ...others, ...limits, incidents: table, audit, clock, log: () => {}, tokens: undefined },
      ALPHA,
    );
  },
};

async function prepare(way: keyof typeof ways, table: MemoryTable): Promise<void> {
  if (way === 'retention') return;
  const properties = { status: 'purging' };
  await table.transact(shardOf(ALPHA), [{ kind: 'merge', rowKey: stateKey(ALPHA), properties }]);
}

describe.each(['retention', 'purge'] as const)('%s', (way) => {
  test('takes the incidents of its tenant out of the campaigns, and a campaign that is none any more', async () => {
    expect(homes(start)).toHaveLength(2);
    await prepare(way, start);

    await ways[way](start);

    expect(shown(await listAll(start, createMemoryTable()))).toEqual([`${SHA256}: 2 3`]);
    expect(homes(start)).toEqual([`V!${SHA256}`]);
    expect([...campaignRows(start).values()].filter(({ tenants }) => String(tenants).includes(ALPHA))).toEqual([]);
  });

  test('comes to the same when it dies at any request', async () => {
    await prepare(way, start);
    const whole = await copyWhole(start);
    await ways[way](whole);
    const counting = createDyingProcess(Number.POSITIVE_INFINITY, 'after');
    await ways[way](counting.open(await copyWhole(start)));

    for (let at = 0; at < counting.calls(); at += 1) {
      const table = await copyWhole(start);
      await expect(ways[way](createDyingProcess(at, 'after').open(table))).rejects.toThrow(Death);
      await ways[way](table);
      expect(campaignRows(table)).toEqual(campaignRows(whole));
    }
  });
});

test('A purge leaves nothing that names its tenant, also when the follower is at it at the same time', async () => {
  await prepare('purge', start);
  for (let before = 0; before < 40; before += 1) {
    const table = await copyWhole(start);
    table.advance(7_200);
    let requests = 0;
    const between: Table = {
      ...table,
      get: async (...args) => {
        requests += 1;
        if (requests === before) await ways.purge(table);
        return table.get(...args);
      },
    };
    await followLater(table, between);
    await ways.purge(table);
    expect(isOfAlpha(table)).toBe(false);
  }
});

test('No list shows a tenant that is being erased', async () => {
  await prepare('purge', start);

  expect(shown(await listAll(start, createMemoryTable()))).toEqual([`${SHA256}: 2 3`]);
});
