import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { TableClient } from '@azure/data-tables';
import type { StoredRow } from '../../domain/values/table-row.ts';
import { tableHttpClient } from './send-batch.ts';
import { readServiceError } from './service-error.ts';
import { readRowBody } from './stored-row.ts';
import { placeOf, rowUrl } from './table-place.ts';

/**
 * Reads one row through the client's pipeline: signed, retried and observed like each of its requests. What the SDK does besides, to
 * describe each request and each property to itself, costs more than the pipeline (docs/adr/0057-what-costs-cpu.md).
 */
export async function getRow(
  client: TableClient,
  { partitionKey, rowKey }: { partitionKey: string; rowKey: string },
  abortSignal: AbortSignal,
): Promise<StoredRow> {
  const { tableUrl, search, allowsInsecure } = placeOf(client);
  const request = createPipelineRequest({
    url: `${rowUrl(tableUrl, partitionKey, rowKey)}${search}`,
    method: 'GET',
    headers: createHttpHeaders({
      Accept: 'application/json;odata=minimalmetadata',
      'x-ms-version': '2019-02-02',
      DataServiceVersion: '3.0',
    }),
    abortSignal,
    allowInsecureConnection: allowsInsecure,
  });
  const { status, bodyAsText } = await client.pipeline.sendRequest(tableHttpClient, request);
  if (status !== 200) throw readServiceError(status, bodyAsText ?? '');
  return readRowBody(JSON.parse(bodyAsText ?? '') as Record<string, unknown>);
}
