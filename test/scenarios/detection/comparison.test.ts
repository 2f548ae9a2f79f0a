import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RowOperation, RowProperties, StoredRow } from '../../../shared/domain/values/table-row.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { compareWithTruth } from '../truth/compare-with-truth.ts';
import type { Finding } from '../truth/comparison.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;
let world: World;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
  world = await cloud.createWorld();
  const { control, tenantId } = world;
  const ids = seedIncidents(world, 12, spreadOver(world, 0.05, 12));
  const collector = createCollector(world);
  await collector.pollUntilComplete();
  control.updateIncident(tenantId, ids[3] ?? '', { severity: 'High', status: 'Resolved', addAlerts: [{}] });
  await collector.poll();
});

afterAll(() => cloud.stop());

const NEXT_TENANT = tenantNumber(900);

/** The first row whose key begins so. */
async function findRow(prefix: string): Promise<StoredRow> {
  const { incidents, tenantId } = world;
  const rows = await listAllRows(incidents.table, shardOf(tenantId), { from: prefix, to: `${prefix}~` });
  const [first] = rows;
  if (first === undefined) throw new Error(`There is no row ${prefix}`);
  return first;
}

/** Does it, compares, and puts things back. */
async function countWith(operation: RowOperation, shard: string, undo: RowOperation): Promise<Record<Finding, number>> {
  const { table } = world.incidents;
  await table.transact(shard, [operation]);
  const { lost, stale, duplicates } = await compareWithTruth(world);
  await table.transact(shard, [undo]);
  return { lost, stale, duplicates };
}

const put = (rowKey: string, properties: RowProperties): RowOperation => ({ kind: 'upsert', rowKey, properties });

test('compareWithTruth() finds nothing where nothing is wrong', async () => {
  await expectIntact(world);
});

test('compareWithTruth() refuses to compare nothing', async () => {
  const empty = await cloud.createWorld();

  await expect(compareWithTruth(empty)).rejects.toThrow('Cannot compare anything');
});

describe('compareWithTruth() reports a row that is missing', () => {
  test.each(['A!', 'C!', 'F!', 'H!', 'I!', 'O!', 'U!'])('%s', async (kind) => {
    const row = await findRow(kind);
    const { rowKey, properties } = row;

    const counts = await countWith({ kind: 'delete', rowKey }, shardOf(world.tenantId), put(rowKey, properties));

    expect(counts.lost).toBeGreaterThan(0);
  });
});

describe('compareWithTruth() reports a value that is wrong', () => {
  test.each([
    ['I!', 'name', 'other'],
    ['I!', 'alertsCount', 77],
    ['I!', 'tags', '["other"]'],
    ['I!', 'firstCollectedAt', '2020-01-01T00:00:00.0000000Z'],
    ['A!', 'title', 'other'],
    ['A!', 'entities', '[]'],
    ['F!', 'severity', 'other'],
    ['O!', 'assignedTo', 'other'],
    ['U!', 'contentHash', 'other'],
    ['H!', 'changes', '[]'],
    ['H!', 'at', '2020-01-01T00:00:00.0000000Z'],
    ['C!', 'kind', 'merged'],
    ['C!', 'changes', '[{"field":"name","from":1,"to":2}]'],
    ['S!', 'storedIncidents', 3],
    ['S!', 'completeThrough', 3_000_000_000_000_000_000n],
  ])('%s %s', async (kind, column, value) => {
    const { rowKey, properties } = await findRow(kind);
    const wrong = put(rowKey, { ...properties, [column]: value });

    const counts = await countWith(wrong, shardOf(world.tenantId), put(rowKey, properties));

    expect(counts.lost + counts.stale).toBeGreaterThan(0);
  });
});

describe('compareWithTruth() reports a row too many', () => {
  test.each([
    ['F!', (key: string) => key.replace('F!2', 'F!1')],
    ['O!', (key: string) => key.replace('O!2', 'O!1')],
    ['U!', (key: string) => key.slice(0, -1) + '0'],
    ['A!', (key: string) => key.replace('!000001!', '!000002!')],
    ['H!', (key: string) => key.slice(0, -1) + '0'],
    ['C!', (key: string) => key.replace('C!0', 'C!1')],
    ['I!', (key: string) => key.slice(0, -1) + '0'],
    ['I!', (key: string) => key.replace(world.tenantId, NEXT_TENANT)],
  ])('%s', async (kind, changeKey) => {
    const { rowKey, properties } = await findRow(kind);
    const extra = changeKey(rowKey);
    expect(extra).not.toBe(rowKey);

    const counts = await countWith(put(extra, properties), shardOf(world.tenantId), { kind: 'delete', rowKey: extra });

    expect(counts.duplicates).toBeGreaterThan(0);
  });

  test('in another partition', async () => {
    const { rowKey, properties } = await findRow('F!');
    const otherShard = shardOf(world.tenantId) === '0' ? '1' : '0';

    const counts = await countWith(put(rowKey, properties), otherShard, { kind: 'delete', rowKey });

    expect(counts.duplicates).toBeGreaterThan(0);
  });
});
