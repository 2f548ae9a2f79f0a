import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../shared/adapters/storage/azure-table.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { toListRow } from '../../shared/domain/rows/incident-rows.ts';
import { feedKey, openKey, tenantListKey } from '../../shared/domain/rows/row-keys.ts';
import type { RowOperation } from '../../shared/domain/values/table-row.ts';
import { SHARDS, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { queryIncidents, type IncidentList } from '../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { anIncident, seedIncidents, seedRecord, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';

// Azurite takes about 8,000 rows a second on an idle machine.
jest.setTimeout(300_000);

const NEWEST = ticksOf('2026-01-01T00:00:00Z');
const TENANTS = 200;
const QUIET = tenantNumber(TENANTS);
const [SMALL, LARGE] = [5_000, 15_000];

interface World {
  table: Table;
  /** `$filter` and answered rows of each list request since `reset`. */
  lists: { filter: string; rows: number }[];
  reset(): void;
  get(query: string): Promise<IncidentList>;
}

let storage: TestStorage;
const worlds = new Map<number, World>();

beforeAll(async () => {
  storage = await startTestStorage();
  for (const size of [SMALL, LARGE]) {
    const world = await openWorld();
    await seedLists(world.table, size);
    worlds.set(size, world);
    // Names and coverage are cached from now on.
    await world.get('');
    await world.get(`tenantId=${QUIET}`);
  }
});
afterAll(() => storage.stop());

function worldOf(size: number): World {
  const world = worlds.get(size);
  if (world === undefined) throw new Error(`There is no world of ${size}`);
  world.reset();
  return world;
}

async function openWorld(): Promise<World> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const client = TableClient.fromConnectionString(storage.connectionString, name, { allowInsecureConnection: true });
  await client.createTable();
  const lists: World['lists'] = [];
  client.pipeline.addPolicy(
    {
      name: 'recordLists',
      sendRequest: async (request, next) => {
        const response = await next(request);
        const url = new URL(request.url);
        if (request.method !== 'GET' || !url.pathname.endsWith('()')) return response;
        const { value } = JSON.parse(response.bodyAsText ?? '{}') as { value: unknown[] };
        lists.push({ filter: url.searchParams.get('$filter') ?? '', rows: value.length });
        return response;
      },
    },
    { afterPhase: 'Retry' },
  );
  const table = createAzureTable(client, systemClock);
  const [registry, states] = [await storage.createTable(), await storage.createTable()];
  await seedRecord(registry.table, QUIET);
  const names = createTenantNames(registry.table, systemClock);
  const settings = { intervalSeconds: 300, quietIntervalMinutes: 5 };
  // Coverage is read of its own table, so that only the list is counted; by itself it costs 16 requests a minute.
  const coverage = createCoverageReader(states.table, names, settings, systemClock);
  return {
    table,
    lists,
    reset: () => lists.splice(0),
    get: (query) =>
      queryIncidents({ incidents: table, names, coverage }, readIncidentQuery(new URLSearchParams(query))),
  };
}

/** As many tenants in each shard, so that the smaller table fills every first answer too. */
const BUSY = pickTenants();

function pickTenants(): TenantId[] {
  const all = Array.from({ length: 2_000 }, (_, number) => tenantNumber(number + 1)).filter((id) => id !== QUIET);
  const byShard = SHARDS.map((shard) => all.filter((tenantId) => shardOf(tenantId) === shard));
  return Array.from({ length: TENANTS - 1 }, (_, number) => {
    const tenantId = byShard[number % SHARDS.length]?.[Math.floor(number / SHARDS.length)];
    if (tenantId === undefined) throw new Error('A shard has too few tenants');
    return tenantId;
  });
}

const isOfQuiet = (number: number): boolean => number % 1_000 === 999 && number < 4_000;
const tenantOf = (number: number): TenantId => (isOfQuiet(number) ? QUIET : (BUSY[number % BUSY.length] ?? QUIET));
/** The newest are open, and of the older ones some. */
const isOpen = (number: number): boolean => number < SMALL || number % 10 === 0;

/** The newest ones are the same in every size. Some tenants' own lists are enough to stand beside the quiet one's. */
function listRowsOf(number: number): RowOperation[] {
  const updatedAt = NEWEST - BigInt(number) * TICKS_PER_MINUTE;
  const tenantId = tenantOf(number);
  const id = String(number);
  const incident = anIncident(id, formatTicks(updatedAt), {
    status: isOpen(number) ? 'active' : 'resolved',
    severity: number % 10 === 0 ? 'high' : 'low',
  });
  const at = incident.lastUpdateTime;
  const properties = toListRow(incident, { tenantId, contentHash: id, firstCollectedAt: at, collectedAt: at });
  const keys = [feedKey(tenantId, id, updatedAt)];
  if (isOfQuiet(number) || number % 20 === 0) keys.push(tenantListKey(tenantId, id, updatedAt));
  if (isOpen(number)) keys.push(openKey(tenantId, id, updatedAt));
  return keys.map((rowKey) => ({ kind: 'insert', rowKey, properties }));
}

async function seedLists(table: Table, size: number): Promise<void> {
  const byShard = new Map<string, RowOperation[]>(SHARDS.map((shard) => [shard, []]));
  for (let number = 0; number < size; number += 1) byShard.get(shardOf(tenantOf(number)))?.push(...listRowsOf(number));
  await Promise.all(
    [...byShard].map(async ([shard, rows]) => {
      for (let at = 0; at < rows.length; at += 100) await table.transact(shard, rows.slice(at, at + 100));
    }),
  );
}

const QUERIES = [
  'open=true&severity=high',
  '',
  'severity=high&pageSize=200',
  'open=true&pageSize=500',
  'updatedBefore=2025-12-31T12:00:00Z',
  `tenantId=${QUIET}`,
  `tenantId=${QUIET}&open=true&severity=high`,
];

describe(`queryIncidents() over ${SMALL} and ${LARGE} incidents of ${TENANTS} tenants`, () => {
  test.each(QUERIES)('the first page of "%s" costs the same requests and rows, at most 16 + 4', async (query) => {
    const cost = async (size: number) => {
      const world = worldOf(size);
      const { incidents } = await world.get(query);
      const rows = world.lists.reduce((sum, list) => sum + list.rows, 0);
      return { shown: incidents.map(({ incidentId }) => incidentId), requests: world.lists.length, rows };
    };

    const [small, large] = [await cost(SMALL), await cost(LARGE)];

    expect(large).toEqual(small);
    expect(large.requests).toBeLessThanOrEqual(query.includes('tenantId') ? 4 : 20);
    if (!query.includes(QUIET))
      expect(large.shown).toHaveLength(Number(/\d+$/.exec(/pageSize=\d+/.exec(query)?.[0] ?? '50')));
    if (query === `tenantId=${QUIET}`) expect(large.rows).toBe(4);
  });

  test.each(QUERIES)('each request of "%s" binds the partition and both sides of the row key', async (query) => {
    const world = worldOf(LARGE);
    await world.get(query);

    expect(world.lists.length).toBeGreaterThan(0);
    const bound = /^PartitionKey eq '[0-9a-f]' and RowKey ge '[FOU]![^']+' and RowKey lt '[FOU]![^']+'$/;
    expect(world.lists.filter(({ filter }) => !bound.test(filter))).toEqual([]);
  });

  test('paging to the end while a collector writes shows every unchanged incident exactly once', async () => {
    const world = worldOf(LARGE);
    const movers = Array.from({ length: 12 }, (_, number) => `7${number + 100_000}`);
    for (const [number, id] of movers.entries())
      await seedIncidents(world.table, tenantNumber(number + 1), [
        anIncident(id, formatTicks(NEWEST - BigInt(number * 4_000) * TICKS_PER_MINUTE)),
      ]);

    const seen: string[] = [];
    let cursor: string | null = null;
    let most = 0;
    do {
      world.reset();
      const page: IncidentList = await world.get(`open=true&pageSize=500${cursor === null ? '' : `&cursor=${cursor}`}`);
      most = Math.max(most, world.lists.length);
      seen.push(...page.incidents.map(({ incidentId }) => incidentId));
      ({ cursor } = page);
      const mover = movers[Math.floor(seen.length / 800)];
      if (mover !== undefined)
        await seedIncidents(world.table, tenantNumber(movers.indexOf(mover) + 1), [
          anIncident(mover, formatTicks(NEWEST + BigInt(seen.length) * TICKS_PER_MINUTE)),
        ]);
    } while (cursor !== null);

    const unchanged = seen.filter((id) => !movers.includes(id));
    const open = Array.from({ length: LARGE }, (_, number) => number).filter(isOpen);
    expect(unchanged.toSorted()).toEqual(open.map(String).toSorted());
    expect(most).toBeLessThanOrEqual(20);
  });
});
