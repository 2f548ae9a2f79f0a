import { createHttpHeaders, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { TableClient, type TableEntity } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getRow } from '../../../shared/adapters/storage/get-row.ts';
import { startTestStorage, type TestStorage } from '../../helpers/tables/storage.ts';

const OPTIONS = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const never = new AbortController().signal;

/** A client of which each request is kept, and answered with `status` and `body`. */
function recordRequests(url: string, { status, body }: { status: number; body: string }) {
  const sent: PipelineRequest[] = [];
  const client = new TableClient(url, 'Incidents', OPTIONS);
  client.pipeline.addPolicy(
    {
      name: 'answer',
      sendRequest: async (request): Promise<PipelineResponse> => {
        sent.push(request);
        const headers = createHttpHeaders({ 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' });
        return { request, status, headers, bodyAsText: body };
      },
    },
    { afterPhase: 'Sign' },
  );
  return { client, sent };
}

const ROW = '{"odata.etag":"1","RowKey":"R","Timestamp":"2026-01-01T00:00:00Z"}';
const keys = fc.oneof(fc.stringMatching(/^[A-Z]![a-z0-9!'~=._ %+&-]{1,20}$/), fc.constant("O'Neil ä %2F"));

describe('getRow()', () => {
  test.each(['http://127.0.0.1:1/account', 'http://127.0.0.1:1/account?sv=2024&sig=a%2Fb'])(
    'sends what the SDK sends to %s',
    async (url) => {
      const { client, sent } = recordRequests(url, { status: 200, body: ROW });
      await fc.assert(
        fc.asyncProperty(keys, keys, async (partitionKey, rowKey) => {
          sent.length = 0;
          await getRow(client, { partitionKey, rowKey }, never);
          await client.getEntity(partitionKey, rowKey);
          const [ours, theirs] = sent.map(({ method, url: address, headers }) => {
            const { 'x-ms-client-request-id': _id, ...others } = headers.toJSON();
            return { method, address, headers: others };
          });
          expect(ours).toEqual(theirs);
        }),
        { numRuns: 100 },
      );
    },
  );

  test.each([
    [404, '{"odata.error":{"code":"ResourceNotFound","message":{"value":"None"}}}', 'ResourceNotFound'],
    [403, '{"odata.error":{"code":"AuthorizationFailure","message":{"value":"No"}}}', 'AuthorizationFailure'],
    [502, '<html>', undefined],
  ])('fails with status %i and the code of the service', async (statusCode, body, code) => {
    const { client } = recordRequests('http://127.0.0.1:1/account', { status: statusCode, body });
    const read = getRow(client, { partitionKey: 'P', rowKey: 'R' }, never);
    await expect(read).rejects.toMatchObject({ statusCode, code });
  });

  describe('of a real service', () => {
    let storage: TestStorage;
    beforeAll(async () => {
      storage = await startTestStorage();
    });
    afterAll(() => storage.stop());

    test('has each property with the type and value that were written, and the ETag of its version', async () => {
      const { name } = await storage.createTable();
      const client = TableClient.fromConnectionString(storage.connectionString, name, OPTIONS);
      const properties = {
        text: 'Ä"\\\n\u2028',
        empty: '',
        whole: 7,
        fraction: 0.5,
        double: 1e300,
        flag: false,
        large: 2n ** 63n - 1n,
        bytes: Buffer.from([0, 255, 1]),
      };
      const entity: TableEntity = { partitionKey: "O'N", rowKey: 'R!ä', ...properties };
      const { etag } = await client.createEntity(entity);

      const row = await getRow(client, { partitionKey: "O'N", rowKey: 'R!ä' }, never);

      expect(row).toEqual({ rowKey: 'R!ä', etag, properties, writtenAtMs: expect.any(Number) });
      expect(Math.abs(row.writtenAtMs - Date.now())).toBeLessThan(60_000);
    });
  });
});
