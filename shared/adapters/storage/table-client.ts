import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { StorageConfig } from '../../settings/storage-settings.ts';
import { appIdentity } from '../machine/lazy-credential.ts';
import { tableHttpClient } from './send-batch.ts';

/** A lost request is sent twice more within 5 s; every caller has a deadline. */
const OPTIONS: TableServiceClientOptions = {
  httpClient: tableHttpClient,
  retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 },
};

const IS_PLAIN_HTTP = /(^|;)\s*(TableEndpoint=http:|DefaultEndpointsProtocol=http;|UseDevelopmentStorage=true)/i;

/** The SDK's client of one table of the data account. Creating it sends nothing. */
export function createTableClient(storage: StorageConfig, tableName: string): TableClient {
  if (storage.kind === 'connection-string') {
    const { connectionString } = storage;
    return TableClient.fromConnectionString(connectionString, tableName, {
      ...OPTIONS,
      // Only an emulator has plain http.
      allowInsecureConnection: IS_PLAIN_HTTP.test(`${connectionString};`),
    });
  }
  const { identityClientId, tableServiceUri } = storage;
  return new TableClient(tableServiceUri, tableName, appIdentity(identityClientId), OPTIONS);
}
