import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../../local/build/build-app.ts';
import { zipFolder } from '../../../local/build/zip-folder.ts';
import type { ForkedHost } from '../../../local/host/fork-host.ts';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Health } from '../../../shared/domain/views/health.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { TenantList } from '../../../shared/querying/list-tenants.ts';
import type { IncidentList } from '../../../shared/querying/query-incidents.ts';
import type { OffboardingView } from '../../../shared/removal/get-offboarding.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { fetchApi } from '../../helpers/api/fetch-api.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { unpack } from '../../helpers/unpack.ts';
import { readState } from '../cloud/poll-record.ts';
import { HOME } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact } from '../truth/expectations.ts';
import { startHostCloud, type HostCloud } from '../worlds/host-cloud.ts';

let cloud: HostCloud;
const tenants: TenantId[] = [];

beforeAll(async () => {
  cloud = await startHostCloud();
});

afterEach(async () => {
  await cloud.killHosts();
  cloud.control.setAfterPage(undefined);
  cloud.control.setBeforeRespond(undefined);
});

afterAll(() => cloud.stop());

/** A tenant that has consented to one source, with incidents of the last 20 days. */
function addTenant(incidents: number, source: SourceName): TenantId {
  const tenantId = tenantNumber(tenants.length + 1);
  const roles = [source === 'graph' ? 'SecurityIncident.Read.All' : 'Incident.Read.All'];
  cloud.control.addTenant({ tenantId, domain: `tenant${tenants.length + 1}.example`, roles });
  const world = cloud.worldOf(tenantId);
  seedIncidents(world, incidents, spreadOver(world, 20, incidents));
  tenants.push(tenantId);
  return tenantId;
}

const put = (host: ForkedHost, tenantId: TenantId, body: object) =>
  fetchApi<TenantView>(host, 'PUT', `tenants/${tenantId}`, body);

function othersThan(tenantId: TenantId): { others: TenantId[] } {
  return { others: tenants.filter((other) => other !== tenantId) };
}

test('PUT tenant, tick, queue, worker: GET /api/incidents answers them newest first', async () => {
  const tenantId = addTenant(120, 'defender');
  const { control } = cloud;
  const host = await cloud.startHost();
  const registered = await put(host, tenantId, { displayName: 'Fabrikam', customer: 'Fabrikam Group' });
  expect([registered.status, registered.json.status]).toEqual([201, 'pending']);

  await host.runTimerNow('dispatchCollection');
  await host.idle();

  const { status, json } = await fetchApi<IncidentList>(host, 'GET', 'incidents?pageSize=500');
  expect(status).toBe(200);
  expect(json.incidents.map(({ incidentId }) => incidentId)).toEqual(control.incidentIds(tenantId).reverse());
  expect(json.incidents[0]).toMatchObject({ tenantId, tenantName: 'Fabrikam', customer: 'Fabrikam Group' });
  const csv = await (await fetch(`${host.url}/api/incidents?format=csv&all=true&pageSize=50`)).text();
  expect(csv.trimEnd().split('\r\n')).toHaveLength(1 + 120);
  expect((await fetchApi<TenantView>(host, 'GET', `tenants/${tenantId}`)).json.status).toBe('active');
  await expectIntact(cloud.worldOf(tenantId), othersThan(tenantId));
});

test('GET /health agrees with GET /tenants as soon as the first read is over, although it was asked before', async () => {
  const [one, other] = [addTenant(5, 'defender'), addTenant(5, 'graph')];
  const host = await cloud.startHost();
  await put(host, one, { displayName: 'New' });
  await put(host, other, { displayName: 'New', source: 'graph' });
  const before = await fetchApi<Health>(host, 'GET', 'health');
  expect(before.json.tenants.byStatus).toMatchObject({ pending: 2 });

  await host.runTimerNow('dispatchCollection');
  await host.idle();
  const { json: list } = await fetchApi<TenantList>(host, 'GET', 'tenants?pageSize=500');
  const { status, json: health } = await fetchApi<Health>(host, 'GET', 'health');
  const { json: incidents } = await fetchApi<IncidentList>(host, 'GET', `incidents?tenantId=${one}`);

  expect(list.tenants.filter(({ completeThrough }) => completeThrough === null)).toEqual([]);
  expect(list.tenants.map((tenant) => tenant.status)).toEqual(tenants.map(() => 'active'));
  expect([status, health]).toMatchObject([
    200,
    { status: 'ok', tenants: { byStatus: { active: tenants.length } }, staleCount: 0, staleTenants: [] },
  ]);
  expect(incidents.coverage).toMatchObject({ blindCount: 0 });
});

test('the package, unpacked where nothing is installed, does the same as two apps', async () => {
  const tenantId = addTenant(30, 'graph');
  const folder = await packageApp();
  const [portal, collector] = await Promise.all([
    cloud.startHost({ folder, role: 'portal' }),
    cloud.startHost({ folder, role: 'collector' }),
  ]);
  expect((await put(portal, tenantId, { displayName: 'Packaged', source: 'graph' })).status).toBe(201);

  await collector.runTimerNow('dispatchCollection');
  await collector.idle();

  const { json } = await fetchApi<IncidentList>(portal, 'GET', `incidents?tenantId=${tenantId}`);
  expect(json.incidents.map(({ incidentId }) => incidentId)).toEqual(cloud.control.incidentIds(tenantId).reverse());
  expect((await fetch(`${collector.url}/api/incidents`)).status).toBe(404);
});

async function packageApp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'collector-app-'));
  await buildApp(join(import.meta.dirname, '..', '..', '..'), join(folder, 'built'));
  await unpack(await zipFolder(join(folder, 'built')), join(folder, 'app'));
  await rm(join(folder, 'built'), { recursive: true });
  return join(folder, 'app');
}

test('a process killed in the middle of a first read, twice: the next one goes on and finishes', async () => {
  const tenantId = addTenant(220, 'graph');
  const world = { ...cloud.worldOf(tenantId), source: 'graph' } as const;
  const begun = world.control.now();
  let starting = cloud.startHost();
  await put(await starting, tenantId, { displayName: 'Contoso', source: 'graph' });
  const stored: number[] = [0];
  world.control.setAfterPage(async ({ role }) => {
    const { storedIncidents } = await readState(world);
    // A host works before it says that it has started.
    if (role === 'graph-list' && storedIncidents >= (stored.at(-1) ?? 0) + 50) await (await starting).kill();
  });
  // The tick may end with the host before its own answer.
  await (await starting).runTimerNow('dispatchCollection').catch(() => undefined);
  for (let kills = 1; kills <= 2; kills += 1) {
    expect(await (await starting).exited).toEqual({ code: null, signal: 'SIGKILL' });
    stored.push((await readState(world)).storedIncidents);
    await expectIntact(world, { visibleBefore: begun });
    starting = cloud.startHost();
  }
  world.control.setAfterPage(undefined);

  await (await starting).idle();

  await expectIntact(world, othersThan(tenantId));
  expect(stored[1]).toBeLessThan(stored[2] ?? 0);
  expect(stored[2]).toBeLessThan(220);
});

test('a slice whose worker dies each time is taken apart, and the tenant that kills it shows "crashed"', async () => {
  const [good, killer] = [addTenant(20, 'graph'), addTenant(20, 'defender')];
  let starting = cloud.startHost();
  await put(await starting, good, { displayName: 'Good', source: 'graph' });
  await put(await starting, killer, { displayName: 'Killer' });
  cloud.control.setBeforeRespond(async ({ role, tenantId }) => {
    if (role !== 'defender-list' || tenantId !== killer) return;
    // Two deliveries are all that a message gets here: the neighbour's must not be cut off twice by chance.
    while ((await readState(cloud.worldOf(good))).lastPolledAt === undefined) await turn();
    await (await starting).kill();
  });
  const killed: ForkedHost[] = [];
  await (await starting).runTimerNow('dispatchCollection').catch(() => undefined);
  while (await diesUnreported(await starting)) {
    killed.push(await starting);
    starting = cloud.startHost();
  }
  const host = await starting;
  await host.idle();

  const { json } = await fetchApi<TenantView>(host, 'GET', `tenants/${killer}`);
  expect(json.lastError).toMatchObject({ code: 'crashed', blame: 'collector' });
  expect(killed.length).toBeGreaterThan(1);
  // One may have moved the message, and have been killed by another one.
  const logs = [...killed, host].flatMap(({ logs: lines }) => lines);
  expect(logs.some(({ message }) => message.includes('to "collect-slow-tenants-poison"'))).toBe(true);
  expect((await fetchApi<TenantView>(host, 'GET', `tenants/${good}`)).json.lastError).toBeNull();
  await expectIntact({ ...cloud.worldOf(good), source: 'graph' }, othersThan(good));
});

/** Lets everything else of this process have its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a consent link in a browser: Entra’s page, the callback, a tick, and the first incidents are listed', async () => {
  const tenantId = addTenant(30, 'graph');
  cloud.control.setConsent(tenantId, false);
  const host = await cloud.startHost();
  const { json: link } = await fetchApi<NewLink>(host, 'POST', 'consent-links', {
    tenantId,
    displayName: 'Coho',
    source: 'graph',
  });

  const body = new URLSearchParams({ user: 'admin', decision: 'approve' });
  const entra = await fetch(link.url, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(entra.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe('http://localhost:7071/api/consent/callback');
  const page = await fetch(`${host.url}/api/consent/callback${back.search}`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('<h1>Your organisation is connected</h1>');
  await host.runTimerNow('dispatchCollection');
  await host.idle();

  const { json } = await fetchApi<IncidentList>(host, 'GET', `incidents?tenantId=${tenantId}&pageSize=500`);
  expect(json.incidents.map(({ incidentId }) => incidentId)).toEqual(cloud.control.incidentIds(tenantId).reverse());
  expect(json.incidents[0]).toMatchObject({ tenantName: 'Coho' });
  cloud.control.setRoles(HOME, ['CrossTenantInformation.ReadBasic.All']);
  expect((await fetchApi(host, 'POST', `tenants/${tenantId}/identify`)).json).toMatchObject({
    organization: { displayName: tenantId },
    problem: null,
  });
  await expectIntact({ ...cloud.worldOf(tenantId), source: 'graph' }, othersThan(tenantId));
});

test('an erased tenant over HTTP: nothing is left of it, and the clean-up of the next day sees that the customer has removed the app', async () => {
  const tenantId = addTenant(20, 'graph');
  const host = await cloud.startHost();
  await put(host, tenantId, { displayName: 'Leaving', source: 'graph' });
  await host.runTimerNow('dispatchCollection');
  await host.idle();
  const offboarding = async (): Promise<OffboardingView> =>
    (await fetchApi<OffboardingView>(host, 'GET', `tenants/${tenantId}/offboarding`)).json;
  const erase = (query: string) => fetch(`${host.url}/api/tenants/${tenantId}${query}`, { method: 'DELETE' });

  expect([(await erase('')).status, (await erase('?purge=true')).status]).toEqual([200, 202]);
  expect((await offboarding()).status).toBe('purging');
  await host.runTimerNow('dispatchCollection');
  await host.idle();
  const erased = { status: 'erased', erased: { incidents: 20 }, remaining: 0 };
  expect(await offboarding()).toMatchObject({ ...erased, accessStillPossible: true });
  expect((await fetchApi(host, 'GET', `tenants/${tenantId}`)).status).toBe(404);
  const audit = createAuditLog(cloud.openTable('Audit'));
  const cleanUpADayLater = async (): Promise<void> => {
    const erasure = await audit.getErasure(tenantId);
    if (erasure === undefined) throw new Error('The tenant was just erased');
    await audit.saveErasure({ ...erasure, accessCheckedAt: new Date(Date.now() - 86_400_000).toISOString() });
    await host.runTimerNow('dispatchCleanUp');
    await host.idle();
  };
  await cleanUpADayLater();
  expect(await offboarding()).toMatchObject({ ...erased, accessStillPossible: true });
  cloud.control.withdrawConsent(tenantId, 'honoured');
  await cleanUpADayLater();

  expect(await offboarding()).toMatchObject({ ...erased, accessStillPossible: false, nextSteps: [] });
});

/** False when a message was moved to the poison queue and reported. */
async function diesUnreported(host: ForkedHost): Promise<boolean> {
  const reported = host.waitForLog(({ message }) => message.startsWith('poison_message'));
  return Promise.race([host.exited.then(() => true), reported.then(() => false)]);
}
