import type { TableClient } from '@azure/data-tables';
import { createAzureTable } from '../../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../../shared/adapters/storage/table-client.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Table } from '../../../shared/ports/table.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type StoragePolicy = Parameters<TableClient['pipeline']['addPolicy']>[0];

/** One process's own client of one table. */
export interface ScenarioTable {
  table: Table;
  /** HTTP requests so far, the SDK's own repeats included. */
  requests(): number;
}

const REQUEST_MS = 2;

/** The real client on the real service; only the service's `Date` is that of the scenario's clock. */
export function openScenarioTable(
  { connectionString, name, time }: { connectionString: string; name: string; time: VirtualClock },
  machine: Clock = time,
  policies: readonly StoragePolicy[] = [],
): ScenarioTable {
  const client = createTableClient({ kind: 'connection-string', connectionString }, name);
  const table = createAzureTable(client, machine);
  let count = 0;
  const own: StoragePolicy = {
    name: 'scenarioTime',
    sendRequest: async (request, next) => {
      count += 1;
      time.advance(REQUEST_MS);
      const response = await next(request);
      response.headers.set('date', new Date(time.nowMs()).toUTCString());
      return response;
    },
  };
  // Behind the adapter's own policy, which reads the date, and inside the SDK's repeats.
  client.pipeline.addPolicy(own, { afterPhase: 'Retry', afterPolicies: ['observeServiceClock'] });
  for (const policy of policies)
    client.pipeline.addPolicy(policy, { afterPhase: 'Retry', afterPolicies: ['scenarioTime'] });
  return { table, requests: () => count };
}
