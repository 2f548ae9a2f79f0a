import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import type { RowOperation, RowProperties, StoredRow, TableValue } from '../domain/table-row.ts';
import { maxTicks, ticksFromMs, TICKS_PER_MS, type Ticks } from '../domain/ticks.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { LONGEST_REQUEST_MS, type Table } from '../ports/table.ts';

const MAX_PAGE_ROWS = 1_000;

/** The port `Table` on one Azure table, through `@azure/data-tables`. */
export function createAzureTable(client: TableClient, clock: Clock): Table {
  const serviceClock = observeServiceClock(client, clock);
  return {
    serviceTime: serviceClock,
    get: async (partitionKey, rowKey) => {
      try {
        return readRow(await client.getEntity(partitionKey, rowKey, { abortSignal: deadline() }));
      } catch (error) {
        if (statusOf(error) === 404 && !isTableMissing(error)) return undefined;
        throw toTableError(error, `read row ${rowKey}`);
      }
    },
    list: async (partitionKey, range, options = {}) => {
      const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${range.from} and RowKey lt ${range.to}`;
      const select = options.select === undefined ? {} : { select: ['rowKey', 'timestamp', ...options.select] };
      try {
        const pages = client.listEntities({ queryOptions: { filter, ...select }, abortSignal: deadline() }).byPage({
          maxPageSize: options.top ?? MAX_PAGE_ROWS,
          ...(options.next === undefined ? {} : { continuationToken: options.next }),
        });
        const page = await firstPage(pages);
        return page === undefined
          ? { rows: [], next: undefined }
          : { rows: page.map(readRow), next: readContinuation(page) };
      } catch (error) {
        throw toTableError(error, `list rows from ${range.from}`);
      }
    },
    transact: async (partitionKey, operations) => {
      try {
        const [only] = operations;
        if (operations.length === 1 && only?.kind === 'delete' && only.ifMatch !== undefined) {
          // A transaction of the SDK deletes whatever version is there; a lone delete can name its own.
          await client.deleteEntity(partitionKey, only.rowKey, { etag: only.ifMatch, abortSignal: deadline() });
          return [undefined];
        }
        const answer = await client.submitTransaction(
          operations.map((operation) => toAction(partitionKey, operation)),
          { abortSignal: deadline() },
        );
        return answer.subResponses.map((response) => response.etag);
      } catch (error) {
        throw toTableError(error, `commit ${operations.length} rows`);
      }
    },
  };
}

async function firstPage<Page>(pages: AsyncIterable<Page>): Promise<Page | undefined> {
  for await (const page of pages) return page;
  return undefined;
}

const deadline = (): AbortSignal => AbortSignal.timeout(LONGEST_REQUEST_MS);

/** Learns the service's time from the `Date` of every answer, so that no row is stamped by this machine's clock. */
function observeServiceClock(client: TableClient, clock: Clock): () => Ticks {
  let known: { at: Ticks; monotonicMs: number } | undefined;
  let newest: Ticks = 0n;
  const now = (): Ticks => {
    if (known === undefined) return ticksFromMs(clock.nowMs());
    newest = maxTicks(newest, known.at + BigInt(Math.floor(clock.monotonicMs() - known.monotonicMs)) * TICKS_PER_MS);
    return newest;
  };
  client.pipeline.addPolicy(
    {
      name: 'observeServiceClock',
      sendRequest: async (request, next) => {
        const response = await next(request);
        const date = Date.parse(response.headers.get('date') ?? '');
        const at = Number.isNaN(date) ? undefined : ticksFromMs(date);
        // `Date` has whole seconds and the running clock is finer: only an answer that is ahead of it says something new.
        if (at !== undefined && (known === undefined || at > now())) known = { at, monotonicMs: clock.monotonicMs() };
        return response;
      },
    },
    { afterPhase: 'Retry' },
  );
  return now;
}

function toAction(partitionKey: string, operation: RowOperation): TransactionAction {
  if (operation.kind === 'delete') return ['delete', { partitionKey, rowKey: operation.rowKey }];
  const entity = { ...operation.properties, partitionKey, rowKey: operation.rowKey };
  if (operation.kind === 'insert') return ['create', entity];
  if (operation.kind === 'upsert') return ['upsert', entity, 'Replace'];
  const options = operation.ifMatch === undefined ? {} : { etag: operation.ifMatch };
  return ['update', entity, operation.kind === 'merge' ? 'Merge' : 'Replace', options];
}

const SYSTEM_PROPERTIES = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata', 'odata.etag']);

function readRow(entity: Record<string, unknown>): StoredRow {
  const properties: RowProperties = {};
  for (const [name, value] of Object.entries(entity))
    if (!SYSTEM_PROPERTIES.has(name) && isTableValue(value)) properties[name] = value;
  return {
    rowKey: String(entity['rowKey']),
    etag: String(entity['etag']),
    properties,
    writtenAtMs: Date.parse(String(entity['timestamp'])),
  };
}

function isTableValue(value: unknown): value is TableValue {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) || value instanceof Uint8Array;
}

function readContinuation(page: object): string | undefined {
  const token = 'continuationToken' in page ? page.continuationToken : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function isTableMissing(error: unknown): boolean {
  return error instanceof Error && error.message.includes('TableNotFound');
}

/** The SDK's error is no `cause`: it quotes the answer, and an answer may quote the request with its signature. */
function toTableError(error: unknown, action: string): AppError {
  const status = statusOf(error);
  const details = { ...(status === undefined ? {} : { status }), ...failedIndexOf(error) };
  if (status === 412)
    return new AppError('collector', 'precondition-failed', `Cannot ${action}: a row changed meanwhile`, details);
  if (status === 409) return new AppError('collector', 'row-exists', `Cannot ${action}: a row exists already`, details);
  if (status === 404 && !isTableMissing(error))
    return new AppError('collector', 'row-missing', `Cannot ${action}: a row is missing`, details);
  if (status === undefined || status >= 500 || status === 408 || status === 429)
    return new AppError(
      'microsoft',
      'storage-unclear',
      `Cannot tell whether the storage service did "${action}": status is ${status ?? 'none'}`,
      {
        ...details,
        retriable: true,
        action: 'Nothing: it is tried again; if it lasts, look at the storage account',
      },
    );
  return new AppError(
    'partner',
    'storage-refused',
    `Cannot ${action}: the storage service answered ${status}${codeOf(error)}`,
    {
      ...details,
      action: 'Check that the tables exist and that the identity of the app may use them',
    },
  );
}

/** The service's own word, e.g. `AuthorizationPermissionMismatch`. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? ` (${code})` : '';
}

/** The service names the failing operation of a transaction at the start of its message, e.g. `0:The update condition …`. */
function failedIndexOf(error: unknown): { failedIndex?: number } {
  const match = error instanceof Error ? /^\s*(\d+):/.exec(error.message) : null;
  return match?.[1] === undefined ? {} : { failedIndex: Number(match[1]) };
}
