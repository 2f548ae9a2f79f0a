import { expect, test } from '@jest/globals';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { indexOlder } from '../../shared/polling/index-older.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { listChanges } from '../../shared/querying/list-changes.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { entity, followLater, listAll, seedEvidence, shown } from './campaign-world.ts';

const [ALPHA, BETA] = [tenantNumber(1), tenantNumber(2)];
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

/** As a version before the index has left it, with a log that ends before what the follower looks back to. */
async function forgetIndex(table: MemoryTable, tenantId: TenantId): Promise<void> {
  const shard = shardOf(tenantId);
  for (const [rowKey, { index: _, ...properties }] of table.rows(shard))
    await table.transact(shard, [
      /^[EC]!/.test(rowKey) ? { kind: 'delete', rowKey } : { kind: 'upsert', rowKey, properties },
    ]);
}

test('What incidents of before have in common shows once they are in the index, and no list of changes tells of it', async () => {
  const [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
  for (const tenantId of [ALPHA, BETA]) {
    await seedEvidence(incidents, tenantId, ['1', '2025-12-20T00:00:00Z'], [entity('ip', { ipAddress: '8.8.4.4' })]);
    await seedEvidence(
      incidents,
      tenantId,
      ['2', '2025-12-20T00:00:00Z'],
      [entity('ip', { ipAddress: '9.9.9.9' }, null)],
    );
    await forgetIndex(incidents, tenantId);
  }
  await followLater(incidents);
  expect(shown(await listAll(incidents, tenants))).toEqual([]);
  const since = new Date(Number(incidents.serviceTime() / 10_000n) - 62_135_596_800_000).toISOString();

  for (const tenantId of [ALPHA, BETA]) {
    const session = await openSession(incidents, clock, tenantId);
    if (session === undefined) throw new Error(`${stateKey(tenantId)} is there`);
    await indexOlder({ table: incidents, session, log: () => {} });
  }
  await followLater(incidents);

  expect(shown(await listAll(incidents, tenants))).toEqual(['8.8.4.4: 1 2']);
  const names = createTenantNames(tenants, clock);
  const coverage = createCoverageReader(incidents, names, { intervalSeconds: 300, quietIntervalMinutes: 5 }, clock);
  const asked = readChangeQuery(new URLSearchParams({ since }), incidents.serviceTime());
  expect((await listChanges({ incidents, names, coverage }, asked)).changes).toEqual([]);
});
