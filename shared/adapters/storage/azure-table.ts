import { odata, type TableClient } from '@azure/data-tables';
import type { RowProperties, StoredRow, TableValue } from '../../domain/values/table-row.ts';
import { maxTicks, ticksFromMs, TICKS_PER_MS, type Ticks } from '../../domain/values/ticks.ts';
import type { Clock } from '../../ports/clock.ts';
import { LONGEST_REQUEST_MS, type Table } from '../../ports/table.ts';
import { getRow } from './get-row.ts';
import { sendBatch } from './send-batch.ts';
import { isRowMissing, isTableMissing, toTableError } from './table-errors.ts';

const MAX_PAGE_ROWS = 1_000;

export interface TableOptions {
  /** The table is created at first use: for a storage on this machine, where no deployment creates it. */
  createsTable: boolean;
}

/** The port `Table` on one Azure table, through `@azure/data-tables`. */
export function createAzureTable(
  client: TableClient,
  clock: Clock,
  { createsTable }: TableOptions = { createsTable: false },
): Table {
  const serviceClock = observeServiceClock(client, clock);
  let creating: Promise<void> | undefined;

  /** A request to a table that does not exist has done nothing, so it can be sent again. */
  async function send<T>(action: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (!createsTable || !isTableMissing(error)) throw toTableError(error, client, action);
    }
    try {
      await (creating ??= client.createTable({ abortSignal: deadline() }).finally(() => (creating = undefined)));
      return await request();
    } catch (error) {
      throw toTableError(error, client, action);
    }
  }

  return {
    serviceTime: serviceClock,
    get: (partitionKey, rowKey) =>
      send(`read row ${rowKey}`, async () => {
        try {
          return await getRow(client, { partitionKey, rowKey }, deadline());
        } catch (error) {
          if (isRowMissing(error)) return undefined;
          throw error;
        }
      }),
    list: (partitionKey, range, options = {}) => {
      const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${range.from} and RowKey lt ${range.to}`;
      const select = options.select === undefined ? {} : { select: ['rowKey', 'timestamp', ...options.select] };
      return send(`list rows from ${range.from}`, async () => {
        const pages = client.listEntities({ queryOptions: { filter, ...select }, abortSignal: deadline() }).byPage({
          maxPageSize: options.top ?? MAX_PAGE_ROWS,
          ...(options.next === undefined ? {} : { continuationToken: options.next }),
        });
        const page = await firstPage(pages);
        return page === undefined
          ? { rows: [], next: undefined }
          : { rows: page.map(readRow), next: readContinuation(page) };
      });
    },
    transact: (partitionKey, operations) =>
      send(`commit ${operations.length} rows`, async () => {
        const [only] = operations;
        if (operations.length === 1 && only?.kind === 'delete' && only.ifMatch !== undefined) {
          // A transaction of the SDK deletes whatever version is there; a lone delete can name its own.
          await client.deleteEntity(partitionKey, only.rowKey, { etag: only.ifMatch, abortSignal: deadline() });
          return [undefined];
        }
        return sendBatch(client, partitionKey, operations, deadline());
      }),
  };
}

async function firstPage<Page>(pages: AsyncIterable<Page>): Promise<Page | undefined> {
  for await (const page of pages) return page;
  return undefined;
}

const deadline = (): AbortSignal => AbortSignal.timeout(LONGEST_REQUEST_MS);

/** Learns the service's time from the `Date` of every response, so that no row is stamped by this machine's clock. */
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
        // `Date` has whole seconds and the running clock is finer: only a response that is ahead of it adds information.
        if (at !== undefined && (known === undefined || at > now())) known = { at, monotonicMs: clock.monotonicMs() };
        return response;
      },
    },
    { afterPhase: 'Retry' },
  );
  return now;
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
