// Started by the sections: the least that must be done, and what others do, in a process that has nothing else to do.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { TableEntity, TransactionAction } from '@azure/data-tables';
import { createTableClient } from '../../shared/adapters/storage/table-client.ts';
import { mapLimited } from '../../shared/domain/values/map-limited.ts';
import { measure, type Usage } from '../process/measure.ts';
import { serveCommands } from '../process/serve-commands.ts';
import { createFetcher } from './fetch-pages.ts';

export interface FloorInput {
  url: string;
  connectionString: string;
  tenantIds: readonly string[];
  folder: string;
}

/** As many customers as a collector polls at once. */
const TENANTS_AT_ONCE = 40;
const TRANSACTION_ROWS = 100;

const openTable = (connectionString: string) =>
  createTableClient({ kind: 'connection-string', connectionString }, 'Incidents');
const fileOf = (folder: string, tenantId: string): string => join(folder, `${tenantId}.rows`);

/** Keeps what a collector has written, so that the floor can write the same. */
async function saveRows({ connectionString, tenantIds, folder }: FloorInput): Promise<number> {
  const rows = new Map(tenantIds.map((tenantId) => [tenantId.toLowerCase(), [] as TableEntity[]]));
  for await (const { etag, timestamp, ...row } of openTable(connectionString).listEntities<TableEntity>())
    rows.get(String(row['tenantId']))?.push(row);
  for (const [tenantId, all] of rows) await writeFile(fileOf(folder, tenantId), serialize(all));
  return [...rows.values()].reduce((sum, all) => sum + all.length, 0);
}

/** The same pages, and the same rows in transactions of 100 one after the other. */
async function floor({ url, connectionString, tenantIds, folder }: FloorInput): Promise<Usage & { rows: number }> {
  const table = openTable(connectionString);
  const fetcher = createFetcher(url, TENANTS_AT_ONCE);
  const packed = new Map<string, Buffer>();
  for (const tenantId of tenantIds) packed.set(tenantId, await readFile(fileOf(folder, tenantId.toLowerCase())));
  let [rows, unpackingMs] = [0, 0];
  const usage = await measure(() =>
    mapLimited(tenantIds, TENANTS_AT_ONCE, async (tenantId) => {
      for await (const page of fetcher.pages(tenantId)) rows += Number(page === '');
      const before = process.cpuUsage();
      const all = deserialize(packed.get(tenantId) ?? Buffer.alloc(0)) as TableEntity[];
      const { user, system } = process.cpuUsage(before);
      unpackingMs += (user + system) / 1_000;
      rows += all.length;
      for (let at = 0; at < all.length; at += TRANSACTION_ROWS)
        await table.submitTransaction(
          all.slice(at, at + TRANSACTION_ROWS).map((row): TransactionAction => ['upsert', row, 'Replace']),
        );
    }),
  );
  return { ...usage, wallMs: usage.wallMs - unpackingMs, cpuMs: usage.cpuMs - unpackingMs, rows };
}

/** One upsert for each incident, its alerts inside. */
async function usual({ url, connectionString, tenantIds }: FloorInput): Promise<Usage & { rows: number }> {
  const table = openTable(connectionString);
  const fetcher = createFetcher(url, TENANTS_AT_ONCE);
  let rows = 0;
  const usage = await measure(() =>
    mapLimited(tenantIds, TENANTS_AT_ONCE, async (tenantId) => {
      for await (const page of fetcher.pages(tenantId)) {
        const { value } = JSON.parse(page) as { value: Record<string, unknown>[] };
        for (const incident of value) {
          await table.upsertEntity(toUsualRow(tenantId, incident), 'Replace');
          rows += 1;
        }
      }
    }),
  );
  return { ...usage, rows };
}

function toUsualRow(tenantId: string, incident: Record<string, unknown>): TableEntity {
  const row: TableEntity = { partitionKey: tenantId, rowKey: String(incident['incidentId']) };
  for (const [name, value] of Object.entries(incident))
    if (value !== null) row[name] = typeof value === 'object' ? JSON.stringify(value).slice(0, 32_000) : value;
  return row;
}

/** One GET with a token for each tenant, as an idle poll has to make: by `rounds`, on connections that are open already. */
async function bareGets({ url, tenantIds }: FloorInput, rounds: number): Promise<Usage> {
  const fetcher = createFetcher(url, TENANTS_AT_ONCE);
  const tokens = await mapLimited(tenantIds, TENANTS_AT_ONCE, (tenantId) => fetcher.token(tenantId));
  await mapLimited(tokens, TENANTS_AT_ONCE, (token) => fetcher.get(token, EMPTY_PAGE));
  return measure(async () => {
    for (let round = 0; round < rounds; round += 1)
      await mapLimited(tokens, TENANTS_AT_ONCE, (token) => fetcher.get(token, EMPTY_PAGE));
  });
}

const EMPTY_PAGE = 1_000_000;

/** One such GET, one read of a row and one transaction that writes it, by the SDK: the three requests of a poll without news. */
async function leastPolls({ url, tenantIds, connectionString }: FloorInput): Promise<Usage> {
  const table = openTable(connectionString);
  const fetcher = createFetcher(url, TENANTS_AT_ONCE);
  const tokens = await mapLimited(tenantIds, TENANTS_AT_ONCE, (tenantId) => fetcher.token(tenantId));
  const rows = tokens.map((token, number) => ({ token, partitionKey: 'least', rowKey: String(number) }));
  await mapLimited(rows, TENANTS_AT_ONCE, ({ partitionKey, rowKey }) =>
    table.upsertEntity({ partitionKey, rowKey, state: 'x'.repeat(STATE_CHARS) }, 'Replace'),
  );
  return measure(() =>
    mapLimited(rows, TENANTS_AT_ONCE, async ({ token, partitionKey, rowKey }) => {
      const { etag, ...row } = await table.getEntity<{ state: string }>(partitionKey, rowKey);
      await fetcher.get(token, EMPTY_PAGE);
      await table.submitTransaction([['update', { ...row, partitionKey, rowKey }, 'Replace', { etag }]]);
    }),
  );
}

/** About what a state row holds. */
const STATE_CHARS = 1_000;

serveCommands({
  saveRows,
  floor,
  usual,
  leastPolls,
  bareGets: ({ rounds, ...input }: FloorInput & { rounds: number }) => bareGets(input, rounds),
});
