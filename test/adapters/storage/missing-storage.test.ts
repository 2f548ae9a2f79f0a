import { TableClient, TableServiceClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAzurite, type Azurite } from '../../../local/services/azurite.ts';
import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../../shared/adapters/storage/azure-table.ts';
import { createStorageQueue } from '../../../shared/adapters/storage/storage-queue.ts';
import type { Table } from '../../../shared/ports/table.ts';

let azurite: Azurite;
let tables = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(() => azurite.stop());

/** A name that no table has yet, and the port on it. */
function openMissing(createsTable: boolean): { name: string; table: Table } {
  const name = `Missing${(tables += 1)}`;
  const client = TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true });
  return { name, table: createAzureTable(client, systemClock, { createsTable }) };
}

async function listTables(): Promise<string[]> {
  const service = TableServiceClient.fromConnectionString(azurite.connectionString, { allowInsecureConnection: true });
  const names: string[] = [];
  for await (const { name } of service.listTables()) if (name !== undefined) names.push(name);
  return names;
}

const RANGE = { from: 'A', to: 'Z' };
const PROPERTIES = { text: 'x' };
const ETAG = 'W/"datetime\'2026-01-01T00%3A00%3A00.0000000Z\'"';
/** Every kind of request, and what it gives in an empty table. */
const REQUESTS: readonly (readonly [string, (table: Table) => Promise<unknown>, object])[] = [
  ['get', (table) => table.get('P', 'R').then((row) => ({ row })), { row: undefined }],
  ['list', (table) => table.list('P', RANGE), { rows: [], next: undefined }],
  [
    'insert',
    (table) => table.transact('P', [{ kind: 'insert', rowKey: 'R', properties: PROPERTIES }]),
    [expect.stringMatching(/^W/)],
  ],
  [
    'several upserts',
    (table) =>
      table.transact(
        'P',
        ['Q', 'R'].map((rowKey) => ({ kind: 'upsert', rowKey, properties: PROPERTIES })),
      ),
    [expect.stringMatching(/^W/), expect.stringMatching(/^W/)],
  ],
  [
    'merge',
    (table) => table.transact('P', [{ kind: 'merge', rowKey: 'R', properties: PROPERTIES, ifMatch: ETAG }]),
    { code: 'row-missing', failedIndex: 0 },
  ],
  ['delete', (table) => table.transact('P', [{ kind: 'delete', rowKey: 'R' }]), { code: 'row-missing' }],
  [
    'delete of one version',
    (table) => table.transact('P', [{ kind: 'delete', rowKey: 'R', ifMatch: ETAG }]),
    { code: 'row-missing' },
  ],
];
const answerOf = (request: Promise<unknown>): Promise<unknown> => request.catch((error: unknown) => error);

describe('a table that does not exist', () => {
  test.each(REQUESTS)('is named by a %s, with who makes it', async (_kind, request) => {
    const { name, table } = openMissing(false);

    expect(await answerOf(request(table))).toMatchObject({
      blame: 'partner',
      code: 'storage-not-prepared',
      message: expect.stringMatching(new RegExp(`table "${name}".*127\\.0\\.0\\.1`)),
      action: expect.stringContaining('infra/main.bicep'),
      retriable: false,
    });
    expect(await listTables()).not.toContain(name);
  });

  test.each(REQUESTS)('is made by a %s in an emulator on this machine', async (_kind, request, expected) => {
    const { name, table } = openMissing(true);

    expect(await answerOf(request(table))).toMatchObject(expected);

    expect(await listTables()).toContain(name);
  });

  test('is made once by twenty that need it at the same time, and loses nothing', async () => {
    const { table } = openMissing(true);

    const keys = Array.from({ length: 20 }, (_, at) => `R${at}`);
    const answers = await Promise.all(
      keys.map((rowKey) => table.transact('P', [{ kind: 'insert', rowKey, properties: PROPERTIES }])),
    );

    expect(answers.flat()).toHaveLength(20);
    expect((await table.list('P', RANGE)).rows.map(({ rowKey }) => rowKey).sort()).toEqual(keys.sort());
  });
});

describe('a queue that does not exist', () => {
  test('is made in an emulator on this machine, and has the message', async () => {
    const { connectionString } = azurite;

    await createStorageQueue({ kind: 'connection-string', connectionString }, 'made-queue').send({ id: 7 });

    const { receivedMessageItems } = await new QueueClient(connectionString, 'made-queue').receiveMessages();
    expect(receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString())).toEqual([
      '{"id":7}',
    ]);
  });
});
