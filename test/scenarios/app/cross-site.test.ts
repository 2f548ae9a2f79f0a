import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { forkHost, type ForkedHost } from '../../../local/host/fork-host.ts';
import { startAzurite } from '../../../local/services/azurite.ts';
import { createTables } from '../../../local/start/demo/create-tables.ts';
import { tenantNumber } from '../../helpers/seed.ts';

interface Registration {
  name: string;
  route?: string;
  methods?: string[];
  authLevel?: string;
}

interface Route {
  name: string;
  method: string;
  path: string;
}

interface Answer {
  status: number;
  code: unknown;
}

/** Held against what the deployed package registers by test/package/package.test.ts, so that no route can be forgotten here. */
const REGISTRATIONS = JSON.parse(
  readFileSync(new URL('../../fixtures/registrations.json', import.meta.url), 'utf8'),
) as Registration[];

/** They believe nothing of their caller: a page's files, a document, and where Entra sends a customer's browser back to. */
const PUBLIC = ['consentCallback', 'getBoard', 'getOpenapi'];

const PARAMETERS: Record<string, string> = {
  tenantId: tenantNumber(1),
  incidentId: '1',
  commandId: '00000000-0000-4000-8000-000000000001',
  linkId: '0'.repeat(64),
  'file?': '',
};

const ROUTES: Route[] = REGISTRATIONS.flatMap(({ name, route, methods = [] }) =>
  route === undefined
    ? []
    : methods.map((method) => ({
        name,
        method,
        path: route.replace(/\{([^}]+)\}/g, (_, parameter: string) => PARAMETERS[parameter] ?? 'unknown-parameter'),
      })),
);
const isPublic = ({ name }: Route): boolean => PUBLIC.includes(name);
const GUARDED = ROUTES.filter((route) => !isPublic(route));
/** The one GET that changes something, and one that is for operators only. */
const GET_OF_OPERATORS = ['getOffboarding', 'newConsentLink'];
const READING = GUARDED.filter(({ name, method }) => method === 'GET' && !GET_OF_OPERATORS.includes(name));
const OPERATING = GUARDED.filter((route) => !READING.includes(route));

const SITE = 'https://news.example';
const FOLLOWED = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const OPERATOR = {
  'x-ms-client-principal': Buffer.from('{"claims":[{"typ":"roles","val":"Operator"}]}').toString('base64'),
};
const TABLES = ['Incidents', 'Tenants', 'ConsentRequests', 'Audit', 'CommandOutcomes'];

let azurite: Awaited<ReturnType<typeof startAzurite>>;
beforeAll(async () => {
  azurite = await startAzurite();
  await createTables(azurite.connectionString);
});
afterAll(() => azurite.stop());

/** As a browser sends it, which the fetch of Node would not let us. */
function send({ url }: ForkedHost, { method, path }: Route, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/api/${path}`, { method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        const isProblem = response.headers['content-type'] === 'application/problem+json';
        const problem = isProblem ? (JSON.parse(body) as { code: unknown }) : { code: null };
        resolve({ status: response.statusCode ?? 0, code: problem.code });
      });
    });
    call.on('error', reject).end();
  });
}

async function countRows(): Promise<number> {
  let count = 0;
  for (const name of TABLES) {
    const options = { allowInsecureConnection: true };
    const client = TableClient.fromConnectionString(azurite.connectionString, name, options);
    for await (const page of client.listEntities().byPage()) count += page.length;
  }
  return count;
}

test('only routes that believe nothing of their caller are open to everybody', () => {
  const open = REGISTRATIONS.filter(({ authLevel }) => authLevel === 'anonymous').map(({ name }) => name);
  expect(open.sort()).toEqual(PUBLIC);
  expect([READING.length, OPERATING.length].every((count) => count > 5)).toBe(true);
});

describe.each([
  ['keys', {}, {}],
  ['entra', { OPERATOR_SIGN_IN: 'entra', WEBSITE_AUTH_ENABLED: 'True' }, OPERATOR],
])('with OPERATOR_SIGN_IN=%s', (_mode, settings, signedIn: Record<string, string>) => {
  let host: ForkedHost;
  beforeAll(async () => {
    host = await forkHost({
      root: process.cwd(),
      functions: ['functions/*/*.ts'],
      manualTimers: true,
      env: {
        APP_ROLE: 'all',
        PARTNER_CLIENT_ID: tenantNumber(1),
        PARTNER_CREDENTIAL: 'secret',
        KEY_VAULT_URL: 'https://kv.vault.azure.net',
        IncidentStorage: azurite.connectionString,
        PUBLIC_URL: 'https://collector.example',
        COLLECT_SCHEDULE: '0 */5 * * * *',
        ...settings,
      },
    });
  });
  afterAll(() => host.kill());

  const ask = (route: Route, headers: Record<string, string>): Promise<Answer> =>
    send(host, route, { ...signedIn, ...headers });
  const REFUSED = { status: 403, code: 'cross-site-request' };

  test.each(GUARDED)('$method /$path does nothing that another site caused', async (route) => {
    const before = await countRows();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.collector.example' },
      { 'sec-fetch-site': 'unheard-of' },
      { ...FOLLOWED, 'sec-fetch-dest': 'iframe' },
      { origin: SITE },
      { origin: 'null' },
      { origin: 'https://collector.example.news.example' },
    ])
      expect([headers, await ask(route, headers)]).toEqual([headers, REFUSED]);
    expect(await countRows()).toBe(before);
  });

  test.each(OPERATING)('$method /$path is not done by a followed link either', async (route) => {
    const before = await countRows();
    expect(await ask(route, FOLLOWED)).toEqual(REFUSED);
    expect(await countRows()).toBe(before);
  });

  test.each(READING)('$method /$path is shown to who follows a link', async (route) => {
    expect(await ask(route, FOLLOWED)).not.toMatchObject({ status: 403 });
  });

  test.each(ROUTES.filter(isPublic))('$method /$path answers whoever comes from elsewhere', async (route) => {
    expect(await ask(route, FOLLOWED)).not.toMatchObject({ status: 403 });
  });

  test.each(GUARDED)('$method /$path answers scripts, the board and a typed address', async (route) => {
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-origin', origin: 'https://collector.example' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://collector.example' },
      { origin: new URL(host.url).origin },
    ])
      expect([headers, await ask(route, headers)]).not.toEqual([headers, expect.objectContaining({ status: 403 })]);
  });
});
