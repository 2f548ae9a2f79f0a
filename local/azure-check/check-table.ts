import { randomUUID } from 'node:crypto';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../shared/adapters/storage/table-client.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Table } from '../../shared/ports/table.ts';
import type { StorageConfig } from '../../shared/settings/storage-settings.ts';
import type { Check } from './run-checks.ts';

/** No partition of the app's has this name, so nobody meets what lies there for a moment. */
const PARTITION = 'azure-check';

/** What every commit rests on: transactions of several rows, with conditions that hold and that do not. */
export function checkWritableTable(storage: StorageConfig, name: string): Check {
  const client = createTableClient(storage, name);
  const table = createAzureTable(client, systemClock);
  const id = randomUUID();
  const [first, second, third, single] = [`${id}-a`, `${id}-b`, `${id}-c`, `${id}-s`];
  const range = { from: id, to: `${id}~` };
  const properties = { value: 1 };
  let staleEtag = '';
  return {
    resource: `table ${name}`,
    cure: {
      role: 'Storage Table Data Contributor',
      scope: `the table ${name} (…/tableServices/default/tables/${name})`,
      accountScope: 'the whole data account',
    },
    steps: [
      {
        name: 'a transaction writes two rows',
        run: async () => {
          await table.transact(PARTITION, [
            { kind: 'insert', rowKey: first, properties },
            { kind: 'insert', rowKey: second, properties },
          ]);
        },
      },
      {
        name: 'a transaction under a condition that holds (If-Match) changes one row and adds another',
        run: async () => {
          staleEtag = (await table.get(PARTITION, first))?.etag ?? '';
          await table.transact(PARTITION, [
            { kind: 'replace', rowKey: first, properties: { value: 2 }, ifMatch: staleEtag },
            { kind: 'insert', rowKey: third, properties },
          ]);
        },
      },
      {
        name: 'a transaction under a condition that does not hold ends with 412 and writes nothing',
        run: () => expectRefused(table, { first, second, staleEtag }),
      },
      {
        name: 'a row is changed and deleted under a condition of its own',
        run: async () => {
          const etag = (await table.get(PARTITION, third))?.etag ?? '';
          const operation = { kind: 'merge', rowKey: third, properties: { value: 3 }, ifMatch: etag } as const;
          const [ifMatch = ''] = await table.transact(PARTITION, [operation]);
          await table.transact(PARTITION, [{ kind: 'delete', rowKey: third, ifMatch }]);
        },
      },
    ],
    trySingly: async () => {
      await client.createEntity({ partitionKey: PARTITION, rowKey: single, ...properties });
    },
    cleanUp: async () => {
      const { rows } = await table.list(PARTITION, range);
      for (const { rowKey } of rows) await client.deleteEntity(PARTITION, rowKey);
    },
  };
}

async function expectRefused(
  table: Table,
  { first, second, staleEtag }: { first: string; second: string; staleEtag: string },
): Promise<void> {
  const refused = await table
    .transact(PARTITION, [
      { kind: 'replace', rowKey: first, properties: { value: 9 }, ifMatch: staleEtag },
      { kind: 'delete', rowKey: second },
    ])
    .then(
      () => false,
      (error: unknown) => {
        if (hasCode(error, 'precondition-failed')) return true;
        throw error;
      },
    );
  if (!refused) throw new Error('Nothing refused the transaction, so two workers could overwrite each other');
  if ((await table.get(PARTITION, second)) === undefined)
    throw new Error('The refused transaction deleted a row all the same');
}

export function checkReadableTable(storage: StorageConfig, name: string): Check {
  const table = createAzureTable(createTableClient(storage, name), systemClock);
  return {
    resource: `table ${name}`,
    cure: {
      role: 'Storage Table Data Reader',
      scope: `the table ${name} (…/tableServices/default/tables/${name})`,
    },
    steps: [
      {
        name: 'rows can be read',
        run: async () => {
          await table.get(PARTITION, 'none');
        },
      },
    ],
    cleanUp: () => Promise.resolve(),
  };
}
