import { beforeEach, describe, expect, test } from '@jest/globals';
import { followChanges } from '../../shared/campaigns/follow-changes.ts';
import { SHARDS } from '../../shared/domain/values/tenant-id.ts';
import { CAMPAIGN_PARTITION } from '../../shared/domain/campaigns/campaign-rows.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, tenantNumber } from '../helpers/seed.ts';
import { createDyingProcess } from '../helpers/tables/dying-table.ts';
import { copyTable } from '../helpers/tables/copy-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { campaignRows, entity, FOLLOW, followLater, listAll, seedEvidence, shown } from './campaign-world.ts';

const [ALPHA, BETA, GAMMA, DELTA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3), tenantNumber(4)];
const SHA256 = 'b2'.repeat(32);
const hash = (verdict: string | null = 'malicious') =>
  entity('file', { sha256: SHA256, fileName: 'invoice.exe' }, verdict);
const day = (number: number): string => new Date(Date.UTC(2025, 11, number)).toISOString();

let incidents: MemoryTable;
let tenants: MemoryTable;
const list = (query = '') => listAll(incidents, tenants, query);
beforeEach(() => {
  incidents = createMemoryTable();
  tenants = createMemoryTable();
});

describe('followChanges()', () => {
  test('finds what two customers have, with who, when, in which incidents and how it goes', async () => {
    await seedRecord(tenants, BETA, { displayName: 'Beta', customer: 'Beta GmbH' });
    await seedEvidence(incidents, ALPHA, ['7', day(20)], [hash('suspicious')]);
    await seedEvidence(incidents, BETA, ['8', day(30)], [hash()]);
    await seedEvidence(incidents, BETA, ['9', day(31)], [hash()]);
    await followLater(incidents);

    const { campaigns, through, leftOut } = await list();

    const campaign = campaigns.find(({ value }) => value === SHA256);
    expect(campaign).toMatchObject({
      kinds: ['file-sha256'],
      verdict: 'malicious',
      customerCount: 2,
      incidentCount: 3,
      firstSeen: '2025-12-20T00:00:00.0000000Z',
      lastSeen: '2025-12-31T00:00:00.0000000Z',
      trend: { last7Days: 2, before7Days: 1, direction: 'rising' },
      leftOut: null,
    });
    expect(campaign?.tenants).toMatchObject([
      { tenantId: BETA, tenantName: 'Beta', customer: 'Beta GmbH', verdict: 'malicious', incidentIds: ['9', '8'] },
      { tenantId: ALPHA, verdict: 'suspicious', incidentCount: 1, incidentIds: ['7'] },
    ]);
    expect(shown(await list())).toContain('invoice.exe: 1 2');
    expect(through).toBe('2026-01-01T00:01:05.0000000Z');
    expect(leftOut).toEqual([]);
  });

  test('takes what only one customer has, or two without a verdict, or too far apart, for no campaign', async () => {
    await seedEvidence(incidents, ALPHA, ['1', day(1)], [entity('ip', { ipAddress: '8.8.4.4' })]);
    await seedEvidence(incidents, ALPHA, ['2', day(2)], [entity('ip', { ipAddress: '8.8.4.4' })]);
    for (const tenantId of [ALPHA, BETA])
      await seedEvidence(incidents, tenantId, ['3', day(3)], [entity('ip', { ipAddress: '9.9.9.9' }, null)]);
    await seedEvidence(incidents, ALPHA, ['4', '2025-11-01T00:00:00Z'], [hash()]);
    await seedEvidence(incidents, BETA, ['4', '2025-12-02T00:00:00Z'], [hash()]);

    await followLater(incidents);

    expect(shown(await list())).toEqual([]);
  });

  test('names everybody who has the value of a campaign, also where nobody gave a verdict', async () => {
    for (const tenantId of [ALPHA, BETA]) await seedEvidence(incidents, tenantId, ['1', day(3)], [hash()]);
    await seedEvidence(incidents, GAMMA, ['1', day(4)], [hash(null)]);

    await followLater(incidents);

    expect(shown(await list())).toContain(`${SHA256}: 1 2 3`);
  });

  test('goes on where it was, and forgets evidence that was removed', async () => {
    for (const tenantId of [ALPHA, BETA]) await seedEvidence(incidents, tenantId, ['1', day(3)], [hash()]);
    await followLater(incidents);
    await seedEvidence(incidents, GAMMA, ['1', day(4)], [hash()]);
    await followLater(incidents);
    expect(shown(await list())).toContain(`${SHA256}: 1 2 3`);

    await seedEvidence(incidents, BETA, ['1', day(5)], []);
    await followLater(incidents);
    expect(shown(await list())).toContain(`${SHA256}: 1 3`);

    await seedEvidence(incidents, ALPHA, ['1', day(6)], []);
    await followLater(incidents);
    expect(campaignRows(incidents)).toEqual(new Map());
  });

  test('sees within the hour that a verdict was taken back', async () => {
    for (const tenantId of [ALPHA, BETA]) await seedEvidence(incidents, tenantId, ['1', day(3)], [hash()]);
    await followLater(incidents);
    await seedEvidence(incidents, BETA, ['1', day(5)], [hash('clean')]);
    incidents.advance(3_600);
    await followLater(incidents);

    expect(shown(await list())).toEqual([]);
  });

  test('reads the incidents of entries that do not say what they brought', async () => {
    for (const tenantId of [ALPHA, BETA]) await seedEvidence(incidents, tenantId, ['1', day(3)], [hash()]);
    await withoutTold(incidents);

    await followLater(incidents);

    expect(shown(await list())).toContain(`${SHA256}: 1 2`);
  });

  test('asks for nothing but the ends of the log and its own rows while there is no news', async () => {
    for (const tenantId of [ALPHA, BETA]) await seedEvidence(incidents, tenantId, ['1', day(3)], [hash()]);
    await followLater(incidents);

    const quiet = createDyingProcess(Number.POSITIVE_INFINITY, 'before');
    await followLater(incidents, quiet.open(incidents));

    expect(quiet.calls()).toBe(19);
  });

  test('asks as much for a new value however many customers and incidents there are, and nothing for a new status', async () => {
    for (let number = 1; number <= 40; number += 1)
      await seedEvidence(incidents, tenantNumber(number), ['1', day(3)], [entity('ip', { ipAddress: '8.8.4.4' })]);
    await followLater(incidents);
    const requestsFor = async (change: () => Promise<void>): Promise<number> => {
      await change();
      const counting = createDyingProcess(Number.POSITIVE_INFINITY, 'before');
      await followLater(incidents, counting.open(incidents));
      return counting.calls() - 19;
    };
    const one = entity('ip', { ipAddress: '9.9.9.9' });

    expect(await requestsFor(() => seedEvidence(incidents, ALPHA, ['2', day(4)], [one]))).toBe(17);
    expect(await requestsFor(() => seedEvidence(incidents, BETA, ['2', day(4)], [one]))).toBe(36);
    const resolved = {
      ...anIncident('2', day(5), { status: 'resolved' }),
      createdTime: anIncident('2', day(4)).createdTime,
    };
    const alert = { ...anAlert('2', 'a-2'), entities: [one] };
    expect(await requestsFor(() => seedIncidents(incidents, BETA, [resolved], [alert]))).toBe(0);
  });
});

/** With the campaigns, and a clock that is behind nothing of it. */
async function copyWhole(table: MemoryTable): Promise<MemoryTable> {
  const copy = await copyTable(table, [...SHARDS, CAMPAIGN_PARTITION]);
  copy.advance(600);
  return copy;
}

/** As a store was before there were campaigns. */
async function withoutTold(table: MemoryTable): Promise<void> {
  for (const shard of '0123456789abcdef')
    for (const [rowKey, { told: _, ...properties }] of table.rows(shard))
      if (rowKey.startsWith('C!')) await table.transact(shard, [{ kind: 'upsert', rowKey, properties }]);
}

describe('a follower that dies', () => {
  /** A campaign that grows, one that ends and one that begins. */
  async function fill(table: MemoryTable): Promise<void> {
    for (const tenantId of [ALPHA, BETA])
      await seedEvidence(table, tenantId, ['1', day(3)], [hash(), entity('ip', { ipAddress: '8.8.4.4' })]);
    await followLater(table);
    await seedEvidence(table, GAMMA, ['1', day(6)], [hash(), entity('url', { url: 'http://evil.test/a' })]);
    await seedEvidence(table, BETA, ['1', day(6)], [hash()]);
    await seedEvidence(table, DELTA, ['1', day(7)], [entity('url', { url: 'http://evil.test/a' })]);
    table.advance(120);
  }

  test.each(['before', 'after'] as const)('%s any request, or comes twice, changes nothing', async (when) => {
    const start = createMemoryTable();
    await fill(start);
    const whole = await copyWhole(start);
    await followChanges({ ...FOLLOW, incidents: whole });
    const expected = campaignRows(whole);
    expect([...expected.keys()].filter((key) => key.startsWith('L!'))).toHaveLength(4);
    const counting = createDyingProcess(Number.POSITIVE_INFINITY, when);
    await followChanges({ ...FOLLOW, incidents: counting.open(await copyWhole(start)) });

    for (let at = 0; at < counting.calls(); at += 1) {
      const table = await copyWhole(start);
      const dying = createDyingProcess(at, when);
      await expect(followChanges({ ...FOLLOW, incidents: dying.open(table) })).rejects.toThrow('dead');
      await followChanges({ ...FOLLOW, incidents: table });
      expect(campaignRows(table)).toEqual(expected);
      await followChanges({ ...FOLLOW, incidents: table });
      expect(campaignRows(table)).toEqual(expected);
    }
  });

  test('has no other to fear: two at once come to the same', async () => {
    const table = createMemoryTable();
    await fill(table);
    const whole = await copyWhole(table);
    await followChanges({ ...FOLLOW, incidents: whole });

    await Promise.all([1, 2, 3].map(() => followChanges({ ...FOLLOW, incidents: table })));

    expect(campaignRows(table)).toEqual(campaignRows(whole));
  });
});
