import { randomUUID } from 'node:crypto';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { TableClient } from '@azure/data-tables';
import type { RowOperation } from '../../domain/values/table-row.ts';
import { readBatchAnswer } from './batch-answer.ts';
import { buildBatchBody } from './batch-body.ts';
import { placeOf } from './table-place.ts';

/**
 * Of all requests of the tables, transactions and others, so that they share their connections: those are kept, and there may be
 * as many as requests at once.
 */
export const tableHttpClient = createDefaultHttpClient();

/**
 * Sends one transaction through the client's pipeline: signed, retried and observed like each of its requests. Returns the new
 * ETags.
 */
export async function sendBatch(
  client: TableClient,
  partitionKey: string,
  operations: readonly RowOperation[],
  abortSignal: AbortSignal,
): Promise<(string | undefined)[]> {
  const [batch, changeset] = [`batch_${randomUUID()}`, `changeset_${randomUUID()}`];
  const { serviceUrl, tableUrl, search, allowsInsecure } = placeOf(client);
  const request = createPipelineRequest({
    url: `${serviceUrl}/$batch${search}`,
    method: 'POST',
    body: buildBatchBody({ tableUrl, partitionKey }, operations, { batch, changeset }),
    headers: createHttpHeaders({
      Accept: 'application/json',
      'x-ms-version': '2019-02-02',
      DataServiceVersion: '3.0;',
      MaxDataServiceVersion: '3.0;NetFx',
      'Content-Type': `multipart/mixed; boundary=${batch}`,
      'Accept-Charset': 'UTF-8',
    }),
    abortSignal,
    allowInsecureConnection: allowsInsecure,
  });
  const { status, bodyAsText } = await client.pipeline.sendRequest(tableHttpClient, request);
  return readBatchAnswer(status, bodyAsText ?? '');
}
