import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seedTenant } from '../../../local/simulator/content/seed-tenant.ts';
import type { RowProperties, StoredRow } from '../../../shared/domain/values/table-row.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';

const COST = readFileSync(new URL('../../../docs/cost.md', import.meta.url), 'utf8');
const INCIDENTS = 200;

let cloud: ScenarioCloud;
let world: World;
let collector: Collector;
let firstBytes = 0;
let firstRequests = 0;

beforeAll(async () => {
  cloud = await startScenarioCloud();
  world = await cloud.createWorld();
  const { control, tenantId } = world;
  const shape = { displayName: 'Northwind', domain: 'northwind.example', incidents: INCIDENTS, spanDays: 20 };
  seedTenant(control, { tenantId, seed: 7, ...shape });
  collector = createCollector(world);
  await collector.pollUntilComplete();
  firstRequests = collector.requests();
  firstBytes = await countBytes();
});

afterAll(() => cloud.stop());

/** All that is stored of the tenant's incidents. */
async function countBytes(): Promise<number> {
  const { incidents, tenantId } = world;
  const rows = await listAllRows(incidents.table, shardOf(tenantId), { from: '!', to: '~' });
  return rows.filter(({ rowKey }) => !rowKey.startsWith('S!')).reduce((sum, row) => sum + bytesOf(row), 0);
}

/** As the service counts a row for its bill: names and texts in UTF-16, 8 bytes for a property, 4 for a row. */
function bytesOf({ rowKey, properties }: StoredRow): number {
  const keys = 4 + 2 * (1 + rowKey.length);
  return Object.entries(properties).reduce((sum, [name, value]) => sum + 8 + 2 * name.length + sizeOf(value), keys);
}

function sizeOf(value: RowProperties[string]): number {
  if (typeof value === 'string') return 4 + 2 * value.length;
  return value instanceof Uint8Array ? 4 + value.length : 8;
}

test('a believable incident with its alerts takes 33 KB when it is stored first', () => {
  expect(Math.floor(firstBytes / INCIDENTS / 1_000)).toBe(33);
  expect(COST).toContain('33 KB');
});

test('a first read takes less than half a table request an incident, where a read of each by its key would take one more', () => {
  expect(firstRequests / INCIDENTS).toBeGreaterThan(0);
  expect(firstRequests / INCIDENTS).toBeLessThan(0.45);
  expect(COST).toContain('at most 0.45 table requests for each incident');
});

test('a poll that finds one changed incident is one call and five table requests, and adds 2 KB', async () => {
  const { control, tenantId } = world;
  const calls = (): number =>
    control.countCalls({ role: 'incident-list' }) + control.countCalls({ role: 'incident-get' });
  const changed = control.incidentIds(tenantId).slice(0, 4);
  for (const incidentId of changed) {
    const before = { calls: calls(), requests: collector.requests() };
    control.updateIncident(tenantId, incidentId, { severity: 'High', determination: 'Malware' });
    await collector.poll();
    expect({ calls: calls() - before.calls, requests: collector.requests() - before.requests }).toEqual({
      calls: 1,
      requests: 5,
    });
  }
  const grown = (await countBytes()) - firstBytes;
  expect(Math.round(grown / changed.length / 1_000)).toBe(2);
  expect(COST).toContain('1 call to Microsoft, 5 table requests');
  expect(COST).toContain('2 KB');
});

test('a tenant costs one request to Entra an hour', async () => {
  const tokens = (): number => world.control.countCalls({ role: 'entra-token' });
  const before = tokens();
  for (let poll = 1; poll <= 24; poll += 1) await collector.poll();
  expect(tokens() - before).toBe(2);
});
