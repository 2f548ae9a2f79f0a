import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import forge from 'node-forge';
import { generate } from 'selfsigned';
import { createTables } from '../../../local/start/demo/create-tables.ts';
import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../../shared/adapters/storage/table-client.ts';
import { collectSlice } from '../../../shared/collection/collect-slice.ts';
import { dispatchCollection } from '../../../shared/collection/dispatch-collection.ts';
import { createConsentLink } from '../../../shared/consent/create-consent-link.ts';
import type { CredentialReport } from '../../../shared/domain/collection/credential-report.ts';
import { readSliceMessage } from '../../../shared/domain/collection/slice.ts';
import { readLinkInput } from '../../../shared/domain/consent/consent-link.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { getCredentialReport } from '../../../shared/querying/get-credential-report.ts';
import { readConfig } from '../../../shared/settings/config.ts';
import { createCredentialReporter } from '../../../shared/sources/report-credential.ts';
import { createServices, type Services } from '../../../shared/wiring/services.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { INTERVAL_MS, type LogLine } from '../cloud/collector.ts';
import { readState } from '../cloud/poll-record.ts';
import {
  APP,
  HOME,
  ROLES,
  SECRET,
  SECRET_NAME,
  startScenarioCloud,
  type ScenarioCloud,
  type World,
} from '../cloud/scenario-cloud.ts';
import { expectIntact } from '../truth/expectations.ts';
import { createCrowd, createCustomers, expectAllIntact, type Customers } from '../worlds/crowd.ts';

const IDENTITY = '44444444-4444-4444-8444-444444444444';
const GRAPH_APP = '77777777-7777-4777-8777-777777777777';
const PRINCIPAL = '55555555-5555-4555-8555-555555555555';
const NEW_SECRET = 'second-secret';
/** One registration and one credential for both. */
const SOURCES = ['defender', 'graph'] as const;

let cloud: ScenarioCloud;
let customers: Customers;
beforeAll(async () => {
  cloud = await startScenarioCloud();
  customers = createCustomers(cloud);
  const { control, identityEndpoint, identityHeader } = cloud.simulator;
  control.addIdentity({ clientId: IDENTITY, principalId: PRINCIPAL, tenantId: HOME });
  // MSAL reads them once per process.
  Object.assign(process.env, { IDENTITY_ENDPOINT: identityEndpoint, IDENTITY_HEADER: identityHeader });
  await createTables(cloud.connectionString);
});

beforeEach(() => {
  const { control } = cloud.simulator;
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  control.setSecret(SECRET_NAME, SECRET);
});

afterAll(() => cloud.stop());

describe('incidents are collected, from the settings to the rows, with', () => {
  /** The app as it is wired in Azure, on this machine's clock: MSAL signs assertions by it. */
  function openServices(settings: Record<string, string>): Services {
    const { simulator, connectionString } = cloud;
    return createServices(
      readConfig({
        PARTNER_CLIENT_ID: APP,
        AUTHORITY_HOST: simulator.url,
        DEFENDER_URL: simulator.url,
        GRAPH_URL: simulator.url,
        IncidentStorage: connectionString,
        ...settings,
      }),
    );
  }

  async function collectWith(
    source: SourceName,
    settings: Record<string, string>,
  ): Promise<CredentialReport | undefined> {
    const { simulator, connectionString } = cloud;
    const services = openServices(settings);
    const audit = createTableClient({ kind: 'connection-string', connectionString }, 'Audit');
    const tables = {
      incidents: { table: services.incidents },
      tenants: { table: services.tenants },
      audit: { table: createAzureTable(audit, systemClock) },
    };
    const tenantId = await customers.add(tables, 12, source);
    simulator.control.clearLog();
    await tick(services);
    await expectIntact(
      { control: simulator.control, source, tenantId, polls: [], ...tables },
      { others: customers.ids().filter((other) => other !== tenantId) },
    );
    return getCredentialReport(services.incidents);
  }

  async function tick({
    incidents,
    telemetry,
    dispatchSettings,
    sliceQueues,
    collectDeps,
    reportCredential,
  }: Services): Promise<void> {
    const log = (): void => {};
    const deps = { table: incidents, log, telemetry, settings: dispatchSettings, queues: sliceQueues };
    const { slices } = await dispatchCollection(deps);
    for (const message of slices)
      await collectSlice({ ...collectDeps, log }, readSliceMessage(JSON.parse(JSON.stringify(message))), 1);
    await reportCredential(log);
  }

  test('a client secret of the vault', async () => {
    cloud.simulator.control.setSecret(SECRET_NAME, SECRET, { expiresAt: '2999-01-01T00:00:00Z' });
    const report = await collectWith('defender', { KEY_VAULT_URL: cloud.simulator.vaultUrl });
    expect(report).toEqual({ expiresAt: new Date('2999-01-01T00:00:00Z'), problem: undefined });
  });

  test.each([
    ['PEM', 'defender', APP, 'application/x-pem-file', '2999-01-01T00:00:00Z', '2031-05-01T00:00:00.000Z'],
    ['a PFX', 'graph', GRAPH_APP, 'application/x-pkcs12', '2031-04-01T00:00:00Z', '2031-04-01T00:00:00.000Z'],
  ] as const)(
    'a certificate of the vault as %s, on %s by its registration %s',
    async (_name, source, clientId, contentType, vaultEnd, expiresAt) => {
      const notAfterDate = new Date('2031-05-01T00:00:00Z');
      const pair = await generate([{ name: 'commonName', value: 'app' }], { algorithm: 'sha256', notAfterDate });
      const value = contentType.endsWith('pkcs12') ? toPfx(pair) : `${pair.private}\n${pair.cert}`;
      const { control, vaultUrl } = cloud.simulator;
      // The other registration has no such certificate.
      control.addApp({ clientId, homeTenantId: HOME, certificates: [pair.cert] });
      control.setSecret('app-certificate', value, { contentType, expiresAt: vaultEnd });

      const report = await collectWith(source, {
        PARTNER_CREDENTIAL: 'certificate',
        PARTNER_SECRET_NAME: 'app-certificate',
        KEY_VAULT_URL: vaultUrl,
        INCIDENT_SOURCE: source,
        PARTNER_APPS: `graph=${GRAPH_APP}`,
      });

      expect(report).toEqual({ expiresAt: new Date(expiresAt), problem: undefined });
    },
  );

  test('a managed identity, and neither vault nor secret', async () => {
    const { control } = cloud.simulator;
    control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials: [{ subject: PRINCIPAL }] });

    const report = await collectWith('graph', {
      PARTNER_CREDENTIAL: 'federated',
      PARTNER_IDENTITY_CLIENT_ID: IDENTITY,
    });

    expect(report).toEqual({ expiresAt: undefined, problem: undefined });
    expect([control.countCalls({ role: 'vault' }), control.countCalls({ role: 'identity' })]).toEqual([0, 1]);
  });

  test.each([
    ['defender', 'Incident.Read.All', APP],
    ['graph', 'SecurityIncident.Read.All', GRAPH_APP],
  ] as const)(
    'a registration for each source: a customer on "auto" without the role for %s is told which link adds it',
    async (source, role, registration) => {
      const { control } = cloud.simulator;
      for (const clientId of [APP, GRAPH_APP])
        control.addApp({ clientId, homeTenantId: HOME, federatedCredentials: [{ subject: PRINCIPAL }] });
      const services = openServices({
        PARTNER_CREDENTIAL: 'federated',
        PARTNER_IDENTITY_CLIENT_ID: IDENTITY,
        PARTNER_APPS: `graph=${GRAPH_APP}`,
        INCIDENT_SOURCE: 'auto',
        PUBLIC_URL: 'https://collector.example',
      });
      const tenantId = tenantNumber(source === 'defender' ? 980 : 981);
      control.addTenant({ tenantId, roles: ROLES.filter((granted) => granted !== role) });
      await services.control.register(tenantId, {});

      const { problem, standby } = await services.control.verify(tenantId);
      const [lacking, other] = source === 'defender' ? [problem, standby?.problem] : [standby?.problem, problem];
      expect(other).toBeNull();
      expect(lacking?.action).toBe(
        `See that the registration ${registration} asks for ${role}, then send the customer a new consent link made with {"source": "${source}"}, which leads to it`,
      );
      const { url } = await createConsentLink(services, readLinkInput({ tenantId, source }), 'ann');
      expect(new URL(url).searchParams.get('client_id')).toBe(registration);
    },
  );
});

function toPfx(pair: { cert: string; private: string }): string {
  const key = forge.pki.privateKeyFromPem(pair.private);
  const pfx = forge.pkcs12.toPkcs12Asn1(key, [forge.pki.certificateFromPem(pair.cert)], '', { algorithm: 'aes256' });
  return forge.util.encode64(forge.asn1.toDer(pfx).getBytes());
}

/** Reads of the secret, without the challenge that comes before a client's first. */
const countReads = ({ control }: World): number => control.countCalls({ role: 'vault', status: 200 });

describe('rotating the secret', () => {
  function rotate({ control }: World, kept: readonly string[]): void {
    control.setAppSecrets(
      APP,
      [...kept, NEW_SECRET].map((value) => ({ value })),
    );
    control.setSecret(SECRET_NAME, NEW_SECRET);
  }

  test('in the middle of a run loses nothing and costs each process one more call of the vault', async () => {
    const crowd = await createCrowd(cloud, customers, 6, SOURCES);
    const { world, open } = crowd;
    let asked = 0;
    world.control.setBeforeRespond(({ role, tenantId }) => {
      world.time.advance(20);
      if (role === 'entra-token' && tenantId !== HOME && (asked += 1) === 3) rotate(world, []);
    });
    const [first, second] = [open(), open()];
    const messages = await first.dispatch();
    const [{ tick, tenants: claimed }] = [messages[0] ?? { tick: '', tenants: [] }];
    expect(claimed).toHaveLength(6);

    // Both processes have read the old secret before it is replaced.
    for (const [index, tenantId] of claimed.entries())
      await (index % 2 === 0 ? first : second).deliver({ v: 1, tick, tenants: [tenantId] });

    await expectAllIntact(crowd);
    expect(countReads(world)).toBe(4);
    expect(world.control.countCalls({ role: 'entra-token', status: 401 })).toBe(2);
  });

  test('with two valid secrets is never refused, and the new one is read after 15 minutes', async () => {
    const crowd = await createCrowd(cloud, customers, 2, SOURCES);
    const { world, open } = crowd;
    const collector = open();
    await collector.poll();
    rotate(world, [SECRET]);
    crowd.ids.push(await customers.add(world, 3));
    await collector.poll();
    expect(countReads(world)).toBe(1);

    world.time.advance(15 * 60_000);
    crowd.ids.push(await customers.add(world, 3, 'graph'));
    await collector.poll();

    world.control.setAppSecrets(APP, [{ value: NEW_SECRET }]);
    crowd.ids.push(await customers.add(world, 3));
    await collector.poll();
    await expectAllIntact(crowd);
    expect(countReads(world)).toBe(2);
    expect(world.control.countCalls({ role: 'entra-token', status: 401 })).toBe(0);
  });
});

describe('a credential that Entra refuses', () => {
  /** Without those for reading the vault. */
  const countTokens = ({ control }: World): number =>
    control.log().filter(({ role, tenantId }) => role === 'entra-token' && tenantId !== HOME).length;

  test('fails two tenants and stops the run; the rest stay due, one probe per tick starts it again', async () => {
    const crowd = await createCrowd(cloud, customers, 6, SOURCES);
    const { world, ids, open } = crowd;
    world.control.setAppSecrets(APP, [{ value: SECRET, expiresAt: '2026-01-01T00:00:00Z' }]);
    const collector = open();
    const report = createCredentialReporter({
      credential: collector.credential,
      table: world.incidents.table,
      clock: world.time,
    });
    const lines: LogLine[] = [];
    const tell = (): Promise<void> =>
      report((level, message, fields = {}) => {
        lines.push({ level, message, fields });
      });

    await collector.poll();
    await tell();

    const states = await Promise.all(ids.map((tenantId) => readState({ ...world, tenantId })));
    const failed = states.filter(({ lastError }) => lastError !== undefined);
    expect(failed.map(({ lastError }) => [lastError?.code, lastError?.blame])).toEqual([
      ['app-credential-refused', 'partner'],
      ['app-credential-refused', 'partner'],
    ]);
    for (const state of states.filter(({ lastError }) => lastError === undefined)) {
      expect(state).toMatchObject({ status: 'pending', failedPolls: 0, busyUntil: 0n });
      expect(state.nextDueAt).toBeLessThan(world.control.now());
    }
    expect([countTokens(world), countReads(world)]).toEqual([2, 2]);
    expect(await getCredentialReport(world.incidents.table)).toMatchObject({
      problem: { code: 'app-credential-refused', blame: 'partner', isStopped: true },
    });

    await collector.poll();
    await tell();
    expect([countTokens(world), countReads(world)]).toEqual([3, 3]);

    world.control.setAppSecrets(APP, [{ value: NEW_SECRET }]);
    world.control.setSecret(SECRET_NAME, NEW_SECRET);
    await collector.poll();
    await tell();

    await expectAllIntact(crowd);
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error collection_stopped',
      'info collection_resumed',
    ]);
    expect(await getCredentialReport(world.incidents.table)).toEqual({ expiresAt: undefined, problem: undefined });
  });

  test('is asked about once per tick, by one tenant, however long it lasts', async () => {
    const { world, open } = await createCrowd(cloud, customers, 4, SOURCES);
    world.control.setAppSecrets(APP, [{ value: NEW_SECRET }]);
    const collector = open();
    await collector.poll();
    for (let tick = 1; tick <= 4; tick += 1) {
      const before = countTokens(world);
      await collector.poll();
      expect(countTokens(world) - before).toBe(1);
    }
    expect(collector.log.filter(({ message }) => message === 'slice').at(-1)?.fields).toMatchObject({ calls: 0 });
  });

  test('of a tenant alone stops nobody', async () => {
    const { world, ids, open } = await createCrowd(cloud, customers, 3, SOURCES);
    world.control.addFault({
      name: 'refused',
      match: { role: 'entra-token', tenantId: world.tenantId },
      fault: { kind: 'entra-error', code: 7000215 },
    });
    const collector = open();
    await collector.poll();
    await collector.poll();
    for (const tenantId of ids.slice(1))
      expect(await readState({ ...world, tenantId })).toMatchObject({ status: 'active', failedPolls: 0 });
    expect(await readState(world)).toMatchObject({ failedPolls: 2, lastError: { code: 'app-credential-refused' } });
  });
});

test('a credential that ends is told once a day from 30 days before its end', async () => {
  const { world, open } = await createCrowd(cloud, customers, 1);
  const endMs = Math.ceil(world.time.nowMs() / 1_000) * 1_000 + 30 * 86_400_000 + INTERVAL_MS;
  const expiresAt = new Date(endMs).toISOString();
  world.control.setSecret(SECRET_NAME, SECRET, { expiresAt });
  const collector = open();
  const { credential } = collector;
  const report = createCredentialReporter({ credential, table: world.incidents.table, clock: world.time });
  const lines: LogLine[] = [];
  const tell = (): Promise<void> =>
    report((level, message, fields = {}) => void lines.push({ level, message, fields }));

  await tell();
  expect(await getCredentialReport(world.incidents.table)).toBeUndefined();
  await collector.poll();
  await tell();
  expect(lines).toEqual([]);
  world.time.advance(2 * INTERVAL_MS);
  await tell();
  await tell();
  world.time.advance(86_400_000);
  await tell();

  expect(lines.map(({ level, message, fields }) => [level, message, fields['daysLeft']])).toEqual([
    ['warn', 'credential_expiring', 29],
    ['warn', 'credential_expiring', 28],
  ]);
  expect(await getCredentialReport(world.incidents.table)).toEqual({ expiresAt: new Date(endMs), problem: undefined });
});
