import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TableClient } from '@azure/data-tables';
import { generate } from 'selfsigned';
import type { RoleName } from '../../../local/simulator/http/simulated-request.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import { createTables } from '../../../local/start/demo/create-tables.ts';
import { createOpenTelemetry } from '../../../shared/adapters/telemetry/open-telemetry.ts';
import { toLog } from '../../../shared/edge/invocation-log.ts';
import { AppError } from '../../../shared/errors.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { defaultSource, sharedCases } from '../cloud/default-source.ts';
import { APP, HOME, ROLES, SECRET_NAME, startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { openRun } from '../sinks/canary-run.ts';
import { createCanaries, createSinks, errorText, readAllRows, SINK_NAMES, type Sinks } from '../sinks/canary-sinks.ts';
import { openTelemetrySinks, type TelemetrySinks } from '../sinks/telemetry-sinks.ts';

const IDENTITY = '44444444-4444-4444-8444-444444444444';
const OTHER_IDENTITY = '44444444-4444-4444-8444-444444444445';
const PRINCIPAL = '55555555-5555-4555-8555-555555555555';
const SECRET = 'canary8Q~planted-client-secret';
const TABLES = ['Incidents', 'Tenants', 'Audit', 'ConsentRequests'];
const CERTIFICATE_NAME = 'app-certificate';

const canaries = createCanaries();
const sinks = createSinks();
let cloud: ScenarioCloud;
let telemetry: TelemetrySinks;
let control: SimulatorControl;
let pair: { cert: string; private: string };
let tenants = 0;

beforeAll(async () => {
  cloud = await startScenarioCloud('azurite');
  telemetry = openTelemetrySinks();
  ({ control } = cloud.simulator);
  pair = await generate([{ name: 'commonName', value: 'app' }], { algorithm: 'sha256' });
  const { identityEndpoint, identityHeader } = cloud.simulator;
  Object.assign(process.env, { IDENTITY_ENDPOINT: identityEndpoint, IDENTITY_HEADER: identityHeader });
  for (const value of [SECRET, identityHeader, ...pair.private.split('\n').filter((line) => line.length === 64)])
    canaries.plant(value);
  await createTables(cloud.connectionString);
});

beforeEach(() => {
  control.clearFaults();
  control.addApp({
    clientId: APP,
    homeTenantId: HOME,
    secrets: [{ value: SECRET }],
    certificates: [pair.cert],
    federatedCredentials: [{ subject: PRINCIPAL }],
  });
  for (const clientId of [IDENTITY, OTHER_IDENTITY])
    control.addIdentity({ clientId, principalId: PRINCIPAL, tenantId: HOME });
  control.setSecret(SECRET_NAME, SECRET);
  control.setSecret(CERTIFICATE_NAME, `${pair.private}\n${pair.cert}`, { contentType: 'application/x-pem-file' });
  control.setVaultReaders([IDENTITY]);
  control.setBeforeRespond((request) => {
    cloud.time.advance(20);
    canaries.watch(request);
  });
});

afterAll(() => Promise.all([telemetry.close(), cloud.stop()]));

const CREDENTIALS = {
  secret: {},
  certificate: { PARTNER_CREDENTIAL: 'certificate', PARTNER_SECRET_NAME: CERTIFICATE_NAME },
  federated: { PARTNER_CREDENTIAL: 'federated', PARTNER_IDENTITY_CLIENT_ID: OTHER_IDENTITY },
} as const;

const KINDS = ['secret', 'certificate', 'federated'] as const;

function settingsWith(credential: keyof typeof CREDENTIALS = 'secret'): Record<string, string> {
  const { url, vaultUrl } = cloud.simulator;
  return {
    PARTNER_CLIENT_ID: APP,
    KEY_VAULT_URL: vaultUrl,
    AUTHORITY_HOST: url,
    DEFENDER_URL: url,
    GRAPH_URL: url,
    INCIDENT_SOURCE: defaultSource(),
    IncidentStorage: cloud.connectionString,
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${IDENTITY}`,
    ...CREDENTIALS[credential],
  };
}

/**
 * A fresh process on a fresh tenant: nothing is cached, everything is asked for. Answers what came out of it; what came out of all
 * is searched once at the end, as that takes seconds.
 */
async function collect(settings = settingsWith()): Promise<Sinks> {
  const tenantId = tenantNumber((tenants += 1));
  control.addTenant({ tenantId, domain: `tenant${tenants}.example`, roles: ROLES });
  seedIncidents({ control, tenantId }, 3, spreadOver({ control }, 5, 3));
  const own = createSinks();
  await openRun(settings, cloud.time, own).collect(tenantId);
  own.telemetry.push(...(await telemetry.drain()));
  for (const sink of SINK_NAMES) sinks[sink].push(...own[sink]);
  return own;
}

function fail(role: RoleName, fault: Fault): void {
  control.addFault({ name: 'failure', match: { role }, fault });
}

const echo = (status: number, form: 'html' | 'json' | 'text', aadsts?: number): Fault => ({
  kind: 'echo',
  status,
  form,
  ...(aadsts !== undefined && { aadsts }),
});

describe('no secret, key or token shows', () => {
  // First, as MSAL keeps an identity's token for the whole process.
  test.each(
    sharedCases([
      [400, 'json'],
      [500, 'html'],
    ] as const),
  )('when the identity endpoint repeats the request with %i', async (status, form) => {
    fail('identity', echo(status, form));
    for (const credential of ['federated', 'secret'] as const) {
      const own = await collect(settingsWith(credential));
      expect(own['error texts'].join()).toMatch(/identity-unavailable|vault-identity-missing|vault-unavailable/);
      expect(canaries.findIn(own)).toEqual([]);
    }
  });

  test.each(sharedCases(KINDS))('when all is well with the credential %s', async (kind) => {
    const before = canaries.count();
    const own = await collect(settingsWith(kind));
    expect(own.answers.join()).toContain('"status":"active"');
    expect(own['error texts']).toEqual([]);
    expect(canaries.count()).toBeGreaterThan(before);
    expect(canaries.findIn(own)).toEqual([]);
  });

  const VAULT_ANSWERS: readonly [string, string, () => void][] = [
    [
      '403',
      'vault-forbidden',
      () => {
        control.setVaultReaders([]);
      },
    ],
    [
      '404',
      'vault-secret-missing',
      () => {
        control.removeSecret(SECRET_NAME);
      },
    ],
    [
      'a disabled secret',
      'vault-secret-disabled',
      () => {
        control.setSecret(SECRET_NAME, SECRET, { isEnabled: false });
      },
    ],
    [
      'a secret that is cut',
      'vault-unavailable',
      () => {
        fail('vault', { kind: 'truncated-json' });
      },
    ],
    [
      '403 with an echo',
      'vault-forbidden',
      () => {
        fail('vault', echo(403, 'json'));
      },
    ],
    [
      '404 with an echo',
      'vault-secret-missing',
      () => {
        fail('vault', echo(404, 'json'));
      },
    ],
    [
      '429 with an echo',
      'vault-unavailable',
      () => {
        fail('vault', echo(429, 'text'));
      },
    ],
    [
      '500 with an echo',
      'vault-unavailable',
      () => {
        fail('vault', echo(500, 'html'));
      },
    ],
    [
      '503 with an echo',
      'vault-unavailable',
      () => {
        fail('vault', echo(503, 'json'));
      },
    ],
    [
      'a page with an echo',
      'vault-',
      () => {
        fail('vault', echo(200, 'html'));
      },
    ],
  ];

  test.each(sharedCases(VAULT_ANSWERS))('when the vault answers %s', async (_name, code, change) => {
    change();
    const own = await collect();
    expect(own['error texts'].join()).toContain(code);
    expect(canaries.findIn(own)).toEqual([]);
  });

  test('when the vault holds another thing than a certificate', async () => {
    control.setSecret(CERTIFICATE_NAME, SECRET);
    const own = await collect(settingsWith('certificate'));
    expect(own.answers.join()).toContain('certificate-unusable');
    expect(canaries.findIn(own)).toEqual([]);
  });

  const REFUSALS: readonly [number, string][] = [
    [7000215, 'app-credential-refused'],
    [7000222, 'app-credential-refused'],
    [700027, 'app-credential-refused'],
    [7000229, 'consent-missing'],
    [65001, 'consent-missing'],
    [500011, 'not-licensed'],
    [90002, 'tenant-not-found'],
    [53003, 'access-blocked'],
    [7000112, 'app-disabled-in-tenant'],
    [650057, 'app-misconfigured'],
    [50196, 'entra-request-loop'],
    [90055, 'entra-throttled'],
    [90033, 'entra-unavailable'],
    [999_999, 'app-credential-refused'],
  ];

  test.each(sharedCases(REFUSALS))('when Entra refuses with AADSTS%i and an echo', async (number, code) => {
    fail('entra-token', echo(401, 'json', number));
    const own = await collect(settingsWith(KINDS[number % KINDS.length]));
    expect(own['error texts'].join()).toContain(code);
    expect(canaries.findIn(own)).toEqual([]);
  });

  /** So many of those that follow, the first ones, are answers of the API: they are played on either source. */
  const API_FAILURES = 12;
  const FAILURES: readonly [string, string, RoleName, Fault][] = [
    ['401 from the API', 'unauthorized', 'incident-list', echo(401, 'html')],
    ['403 from the API', 'forbidden', 'incident-list', echo(403, 'json')],
    ['403 as a page from the API', 'forbidden', 'incident-list', echo(403, 'html')],
    ['400 from the API', 'bad-request', 'incident-list', echo(400, 'json')],
    ['429 from the API', 'throttled', 'incident-list', echo(429, 'text')],
    ['500 from the API', 'source-unavailable', 'incident-list', echo(500, 'json')],
    ['503 from the API', 'source-unavailable', 'incident-list', echo(503, 'html')],
    ['a page from the API', 'bad-page', 'incident-list', echo(200, 'html')],
    ['text from the API', 'bad-page', 'incident-list', echo(200, 'text')],
    ['other JSON from the API', 'bad-page', 'incident-list', echo(200, 'json')],
    ['bad JSON from the API', 'bad-page', 'incident-list', { kind: 'truncated-json' }],
    ['a lost connection to the API', 'source-unavailable', 'incident-list', { kind: 'reset' }],
    ['a page from Entra', 'entra-unavailable', 'entra-token', echo(200, 'html')],
    ['a 502 from Entra', 'entra-unavailable', 'entra-token', echo(502, 'html')],
    ['discovery that repeats', 'entra-unavailable', 'entra-discovery', echo(500, 'json')],
    ['a token for another tenant', 'token-mismatch', 'entra-token', { kind: 'token-claims', claims: { tid: HOME } }],
    [
      'a token for another API',
      'token-mismatch',
      'entra-token',
      { kind: 'token-claims', claims: { aud: 'https://x' } },
    ],
    ['a token without roles', 'consent-missing', 'entra-token', { kind: 'token-claims', claims: { roles: null } }],
    ['a token that is cut', 'entra-unavailable', 'entra-token', { kind: 'truncated-json' }],
  ];

  test.each(sharedCases(FAILURES, API_FAILURES))('for %s', async (_name, code, role, fault) => {
    fail(role, fault);
    const own = await collect();
    expect([...own.logs, ...own['error texts']].join()).toContain(code);
    expect(canaries.findIn(own)).toEqual([]);
  });

  /** A table service that refuses everything and repeats what it got, signature included. */
  const mockingStorage = (status: number): Server =>
    createServer((request, response) => {
      canaries.watch({ headers: { authorization: request.headers.authorization }, body: '' });
      const shown = JSON.stringify(request.headers);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ 'odata.error': { code: 'Refused', message: { lang: 'en', value: shown } } }));
    });

  test.each(sharedCases([400, 403, 500]))('when storage refuses with %i and repeats the request', async (status) => {
    const key = Buffer.from('canary-storage-account-key').toString('base64');
    canaries.plant(key);
    const before = canaries.count();
    const server = mockingStorage(status).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const url = `http://127.0.0.1:${port}/account`;
      const own = await collect({
        ...settingsWith(),
        IncidentStorage: `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${key};TableEndpoint=${url};QueueEndpoint=${url}`,
      });
      expect(own.answers.join()).toContain('"status":50');
      expect(own['error texts'].join()).toMatch(/storage-(refused|unclear)/);
      expect(canaries.findIn(own)).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(canaries.count()).toBeGreaterThan(before);
  });

  test('in any row of any table after all of that, and nothing of one run in what another run said', async () => {
    sinks.rows.push(...(await readAllRows(cloud.connectionString, TABLES)));
    expect(sinks.rows.length).toBeGreaterThan(defaultSource() === 'defender' ? 1_000 : 300);
    expect(canaries.findIn(sinks)).toEqual([]);
  });
});

describe('the detector finds a leak that is planted in', () => {
  const asToken = (): string => `${'h'.repeat(20)}.${'c'.repeat(40)}.${'s'.repeat(40)}`;

  /** Nothing but this leak: canaries and sinks of its own. */
  function findIn(sink: keyof Sinks, texts: readonly string[]): string[] {
    const own = createCanaries();
    own.plant(SECRET);
    own.watch({ headers: { authorization: `Bearer ${asToken()}` }, body: '' });
    own.watch({
      headers: {},
      body: 'grant_type=client_credentials&client_assertion=one.assertion-claims.signature-of-it',
    });
    return own.findIn({ ...createSinks(), [sink]: [...texts] });
  }

  test('logs', () => {
    const logs: string[] = [];
    const logHandler = (_level: string, ...args: unknown[]): number => logs.push(args.map(String).join(' '));
    const log = toLog(new InvocationContext({ functionName: 'leak', logHandler }));
    log('warn', 'tenant_failed', { reason: `sent ${asToken()}` });
    expect(findIn('logs', logs)).toHaveLength(1);
  });

  test('answers', async () => {
    const own = createSinks();
    await openRun(settingsWith(), cloud.time, own).call(async () => ({ jsonBody: { secret: SECRET } }));
    await openRun(settingsWith(), cloud.time, own).call(() => {
      throw new AppError('internal-error', `It said ${SECRET}`, { blame: 'tenant' });
    });
    expect(own.answers.map((answer) => findIn('answers', [answer]).length)).toEqual([1, 1]);
  });

  test('rows, plain and packed', async () => {
    const name = 'LeakyRows';
    const client = TableClient.fromConnectionString(cloud.connectionString, name, { allowInsecureConnection: true });
    await client.createTable();
    const raw = gzipSync(JSON.stringify({ incidentName: SECRET }));
    for (const [rowKey, fields] of Object.entries({ plain: { lastError: `sent ${SECRET}` }, packed: { raw } }))
      await client.createEntity({ partitionKey: 'p', rowKey, ...fields });
    const rows = await readAllRows(cloud.connectionString, [name]);
    expect(rows.filter((row) => findIn('rows', [row]).length === 1)).toHaveLength(2);
  });

  test('telemetry', async () => {
    const span = createOpenTelemetry().start('tick', {});
    span.child('commit').end();
    span.set({ code: asToken() });
    span.end();
    expect(findIn('telemetry', await telemetry.drain())).toHaveLength(1);
  });

  test('queue messages', () => {
    const message = JSON.stringify({ v: 1, tick: 'now', tenants: [SECRET] });
    expect(findIn('queue messages', [message])).toHaveLength(1);
    expect(findIn('queue messages', [Buffer.from(SECRET).toString('base64')])).toHaveLength(1);
  });

  test('error texts, causes and hidden properties included', () => {
    const cause = Object.defineProperty(new Error('refused'), 'request', { value: { authorization: asToken() } });
    const leaks = [
      new Error(`sent ${encodeURIComponent(SECRET)}`),
      new AppError('internal-error', 'It failed', { blame: 'collector', cause }),
      new Error('assertion-claims'),
    ];
    expect(leaks.map((leak) => findIn('error texts', [errorText(leak)]).length)).toEqual([1, 1, 1]);
  });
});
