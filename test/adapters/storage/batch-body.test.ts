import { TableClient, type TransactionAction } from '@azure/data-tables';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBatchAnswer } from '../../../shared/adapters/storage/batch-answer.ts';
import { buildBatchBody } from '../../../shared/adapters/storage/batch-body.ts';
import type { RowOperation, RowProperties } from '../../../shared/domain/values/table-row.ts';

const SERVICE = 'http://127.0.0.1:1/account';
const IDS = { batch: 'batch_ID', changeset: 'changeset_ID' };

/** What the SDK itself sends for these operations, its random ids replaced. */
async function sdkBody(partitionKey: string, operations: readonly RowOperation[]): Promise<string> {
  let body = '';
  const options = {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
    httpClient: {
      sendRequest: (request: { body?: unknown }) => {
        body = String(request.body);
        return Promise.reject(new Error('Nothing is sent'));
      },
    },
  };
  const client = new TableClient(SERVICE, 'Incidents', options);
  const actions = operations.map((operation) => toAction(partitionKey, operation));
  await client.submitTransaction(actions).catch(() => undefined);
  return body.replaceAll(/(batch|changeset)_[0-9a-f-]{36}/g, '$1_ID');
}

function toAction(partitionKey: string, operation: RowOperation): TransactionAction {
  const keys = { partitionKey, rowKey: operation.rowKey };
  if (operation.kind === 'delete') return ['delete', keys];
  const entity = { ...keys, ...operation.properties };
  if (operation.kind === 'insert') return ['create', entity];
  if (operation.kind === 'upsert') return ['upsert', entity, 'Replace'];
  const options = operation.ifMatch === undefined ? {} : { etag: operation.ifMatch };
  return ['update', entity, operation.kind === 'merge' ? 'Merge' : 'Replace', options];
}

const ours = (partitionKey: string, operations: readonly RowOperation[]): string =>
  buildBatchBody({ tableUrl: `${SERVICE}/Incidents`, partitionKey }, operations, IDS);

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'Ä"\\\r\n', '\u2028', '\ud83d\ude00'));
const values = fc.oneof(
  texts,
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.uint8Array({ maxLength: 40 }),
);
const names = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/).filter((name) => !['etag', 'timestamp'].includes(name));
const properties: fc.Arbitrary<RowProperties> = fc.dictionary(names, values, { noNullPrototype: true });
const keys = fc.oneof(fc.stringMatching(/^[A-Z]![a-z0-9!'~=._ %+&-]{1,20}$/), fc.constant("O'Neil ä %2F"));
const etags = fc.constantFrom(`W/"datetime'2026-01-01T00%3A00%3A00.0Z'"`, '*');
const operations: fc.Arbitrary<RowOperation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert', 'upsert'), rowKey: keys, properties }),
  fc.record(
    { kind: fc.constantFrom('replace', 'merge'), rowKey: keys, properties, ifMatch: etags },
    { requiredKeys: ['kind', 'rowKey', 'properties'] },
  ),
  fc.record({ kind: fc.constant('delete'), rowKey: keys }),
);

describe('buildBatchBody()', () => {
  test('writes each transaction byte for byte as the SDK does', async () => {
    const lists = fc.uniqueArray(operations, { minLength: 1, maxLength: 6, selector: ({ rowKey }) => rowKey });
    await fc.assert(
      fc.asyncProperty(keys, lists, async (partitionKey, list) => {
        expect(ours(partitionKey, list)).toBe(await sdkBody(partitionKey, list));
      }),
      { numRuns: 200 },
    );
  });

  test('writes properties that several rows share under the key of each', async () => {
    const shared = { name: 'Ransomware', sequence: 12n, alerts: 3 };
    const list = ['F!1', 'O!1', 'U!1'].map((rowKey) => ({ kind: 'upsert' as const, rowKey, properties: shared }));
    expect(ours('7', list)).toBe(await sdkBody('7', list));
  });
});

const part = (lines: readonly string[]): string =>
  `--changesetresponse_1\r\nContent-Type: application/http\r\n\r\n${lines.join('\r\n')}\r\n`;
const answer = (...parts: string[]): string => `--batchresponse_1\r\n\r\n${parts.join('')}--changesetresponse_1--\r\n`;

describe('readBatchAnswer()', () => {
  test('has the ETag of each row, none for one that was deleted', () => {
    const [written, deleted] = [
      part(['HTTP/1.1 204 No Content', 'ETag: W/"1"', '']),
      part(['HTTP/1.1 204 No Content', '']),
    ];
    expect(readBatchAnswer(202, answer(written, deleted, written))).toEqual(['W/"1"', undefined, 'W/"1"']);
  });

  test('fails with status, code and message of the operation that failed', () => {
    const error = {
      'odata.error': { code: 'UpdateConditionNotSatisfied', message: { lang: 'en-US', value: '0:The condition' } },
    };
    const failed = part(['HTTP/1.1 412 Precondition Failed', 'X: y', '', JSON.stringify(error)]);
    const thrown = { statusCode: 412, code: 'UpdateConditionNotSatisfied', message: '0:The condition' };
    expect(() => readBatchAnswer(202, answer(failed))).toThrow(expect.objectContaining(thrown));
  });

  test.each([
    [503, '<html>'],
    [500, ''],
    [403, '{"odata.error":{}}'],
  ])('fails with status %i and no code when the whole answer is %j', (status, bodyText) => {
    const thrown = expect.objectContaining({ statusCode: status, code: undefined });
    expect(() => readBatchAnswer(status, bodyText)).toThrow(thrown);
  });

  test('fails on a part that failed without saying why', () => {
    const failed = part(['HTTP/1.1 500 Internal Server Error', '']);
    expect(() => readBatchAnswer(202, answer(failed))).toThrow(expect.objectContaining({ statusCode: 500 }));
  });
});
