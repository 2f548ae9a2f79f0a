import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { forkHost, type ForkedHost } from '../../../local/host/fork-host.ts';
import { startAzurite, type Azurite } from '../../../local/services/azurite.ts';
import { createTables } from '../../../local/start/demo/create-tables.ts';
import { buildHostEnvironment } from '../../../local/start/demo/demo-settings.ts';
import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../../shared/adapters/storage/table-client.ts';
import { anIncident, seedIncidents, seedRecord, tenantNumber } from '../../helpers/seed.ts';
import { startStorageProxy, type StorageProxy } from '../../helpers/tables/storage-proxy.ts';

const COUNT = 240;
const WHOLE = 1 + COUNT;

let azurite: Azurite;
let proxy: StorageProxy;
let host: ForkedHost;

beforeAll(async () => {
  azurite = await startAzurite();
  proxy = await startStorageProxy(azurite.connectionString);
  const { connectionString } = azurite;
  await createTables(connectionString);
  const open = (name: string) =>
    createAzureTable(createTableClient({ kind: 'connection-string', connectionString }, name), systemClock);
  for (const number of [1, 2]) {
    const ids = Array.from({ length: COUNT / 2 }, (_, at) => String(at + 1));
    const time = (id: string): string => new Date(Date.UTC(2026, 0, 1, 0, Number(id))).toISOString();
    await seedIncidents(
      open('Incidents'),
      tenantNumber(number),
      ids.map((id) => anIncident(id, time(id))),
    );
    await seedRecord(open('Tenants'), tenantNumber(number), { displayName: `Customer ${number}` });
  }
  const settings = {
    APP_ROLE: 'portal',
    PARTNER_CLIENT_ID: tenantNumber(9),
    IncidentStorage: proxy.connectionString,
  };
  host = await forkHost({
    root: new URL('../../../', import.meta.url).pathname,
    functions: ['functions/*/*.ts'],
    manualTimers: true,
    env: buildHostEnvironment(settings, process.env),
  });
});

afterAll(async () => {
  await host.kill();
  proxy.stop();
  await azurite.stop();
});

beforeEach(() => {
  proxy.onRequest = () => undefined;
});

interface Download {
  status: number | undefined;
  text: string;
  /** HTTP's own word for it: the last chunk came. No client takes a transfer without it for whole. */
  isComplete: boolean;
  error: string | undefined;
}

/** What a plain HTTP client gets; `onBegun` is called when the first of it has arrived. */
async function download(query: string, onBegun: () => void = () => {}): Promise<Download> {
  const asked = request(`${host.url}/api/incidents?${query}`, { agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  answer.on('data', (part: Buffer) => {
    parts.push(part);
    onBegun();
  });
  const error = await new Promise<string | undefined>((resolve) => {
    answer.once('end', () => {
      resolve(undefined);
    });
    answer.once('error', ({ message }) => {
      resolve(message);
    });
  });
  const text = Buffer.concat(parts).toString('utf8');
  return { status: answer.statusCode, text, isComplete: answer.complete, error };
}

const linesOf = (text: string): number => text.trimEnd().split('\r\n').length;
const filterOf = (url: URL): string => url.searchParams.get('$filter') ?? '';

describe('GET /incidents?format=csv&all=true of a running host', () => {
  test('is whole when nothing fails', async () => {
    const { text, ...rest } = await download('format=csv&all=true&pageSize=50');

    expect(rest).toEqual({ status: 200, isComplete: true, error: undefined });
    expect(linesOf(text)).toBe(WHOLE);
  });

  // Each reads other rows, so that what the client library still repeats of one does not count in the next.
  test.each([
    ['reset', 'all customers', "'F!", ''],
    [403, 'one customer', `'U!${tenantNumber(1)}`, `&tenantId=${tenantNumber(1)}`],
    [503, 'one customer', `'U!${tenantNumber(2)}`, `&tenantId=${tenantNumber(2)}`],
  ] as const)(
    'breaks off and never ends cleanly when storage fails midway (%s, %s)',
    async (fault, _who, rows, query) => {
      let reads = 0;
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => (begin = resolve));
      proxy.onRequest = async (url) => {
        // The first page takes at most 16 + 4 requests, so this is in a later one; by then the client has a part of the file.
        if (!filterOf(url).includes(rows) || (reads += 1) <= 16 + 4) return undefined;
        await begun;
        return fault;
      };

      const { status, text, isComplete, error } = await download(`format=csv&all=true&pageSize=5${query}`, begin);

      expect({ status, isComplete, error }).toEqual({ status: 200, isComplete: false, error: 'aborted' });
      expect(linesOf(text)).toBeGreaterThan(1);
      expect(linesOf(text)).toBeLessThan(1 + COUNT / 2);
    },
  );

  test('answers a problem, and no file at all, when the first page fails', async () => {
    proxy.onRequest = (url) => (filterOf(url).includes("'O!") ? 403 : undefined);

    const { status, text, isComplete } = await download('format=csv&all=true&open=true');

    expect([status, isComplete]).toEqual([500, true]);
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: expect.any(String) });
  });

  test('serves the next reader as if nothing had been', async () => {
    const { text, isComplete } = await download('format=csv&all=true&pageSize=50');
    expect([linesOf(text), isComplete]).toEqual([WHOLE, true]);
  });
});
