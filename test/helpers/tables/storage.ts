import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../../shared/adapters/storage/azure-table.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { openEmulator } from './emulator.ts';

export interface TestTable {
  name: string;
  table: Table;
  /** Requests that reached the service since `reset`. */
  requests(): number;
  reset(): void;
}

export interface TestStorage {
  connectionString: string;
  /** A table of its own, so that tests share nothing. */
  createTable(): Promise<TestTable>;
  stop(): Promise<void>;
}

/** A real table service for one test file. */
export async function startTestStorage(): Promise<TestStorage> {
  const { connectionString, stop } = await openEmulator();
  return { connectionString, stop, createTable: () => createTable(connectionString) };
}

async function createTable(connectionString: string): Promise<TestTable> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const client = TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
  await client.createTable();
  let count = 0;
  client.pipeline.addPolicy(
    {
      name: 'countRequests',
      sendRequest: async (request, next) => {
        count++;
        return next(request);
      },
    },
    { afterPhase: 'Retry' },
  );
  return {
    name,
    table: createAzureTable(client, systemClock),
    requests: () => count,
    reset: () => {
      count = 0;
    },
  };
}
