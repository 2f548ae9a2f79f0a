import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listConsentLinks, readConsentLinkQuery } from '../../../shared/consent/list-consent-links.ts';
import { visitConsent } from '../../../shared/consent/visit-consent.ts';
import type { ConsentPage } from '../../../shared/domain/consent/consent-page.ts';
import { LINKS_PARTITION } from '../../../shared/domain/consent/consent-request.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { eraseConsentRequests } from '../../../shared/removal/erase-consent-requests.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { APP, HOME, SECRET, startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { expectIntact } from '../truth/expectations.ts';
import { createConsentWorld, type ConsentWorld, type Tables } from '../worlds/consent-world.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud();
});
afterAll(() => cloud.stop());

const create = async (): Promise<ConsentWorld> => createConsentWorld(await cloud.createWorld());
const INTERVAL_MS = 300_000;
const [ROLE, OTHER_ROLE] =
  defaultSource() === 'graph'
    ? (['SecurityIncident.Read.All', 'SecurityAlert.Read.All'] as const)
    : (['Incident.Read.All', 'Alert.Read.All'] as const);
const APP_INPUT = { clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] };

/** Tables of a process that dies right after its write number `last`. */
function mortal(tables: Tables, last: number): { tables: Tables; writes(): number } {
  let writes = 0;
  const wrap = (table: Table): Table => ({
    ...table,
    transact: async (...args) => {
      if (writes >= last) throw new Error('killed');
      const etags = await table.transact(...args);
      writes += 1;
      if (writes >= last) throw new Error('killed');
      return etags;
    },
  });
  const { incidents, tenants, requests, audit } = tables;
  return {
    tables: { incidents: wrap(incidents), tenants: wrap(tenants), requests: wrap(requests), audit: wrap(audit) },
    writes: () => writes,
  };
}

const count = async (consent: ConsentWorld, entry: string): Promise<number> =>
  (await consent.audit()).filter((found) => found === entry).length;

describe('a kill after each write of the callback, then a tick', () => {
  test.each(['bound', 'unbound'])('a %s consent is neither lost nor counted twice', async (kind) => {
    const consent = await create();
    const isBound = kind === 'bound';
    let kills = 0;
    for (let last = 1; ; last += 1) {
      const tenantId = consent.addCustomer();
      const { url } = await consent.link(isBound ? { tenantId, displayName: 'Contoso' } : { displayName: 'Contoso' });
      const query = await consent.visitEntra(url, { tenantId });
      const { tables, writes } = mortal(consent.tables, last);
      const end = await consent.comeBack(query, consent.partsWith(tables)).catch((error: unknown) => String(error));
      if (writes() < last) break;
      kills += 1;
      expect(end).toMatch('killed');

      if (isBound) await consent.tick();
      await consent.finish();

      const status = isBound ? 'active' : 'awaiting-approval';
      expect(await consent.view(tenantId)).toMatchObject({ status, displayName: 'Contoso' });
      expect(await consent.comeBack(query)).toEqual({ kind: 'used', status });
      expect(await consent.openRequests()).toEqual([]);
      expect(await count(consent, `consent-proven ${tenantId}`)).toBeLessThanOrEqual(1);
      if (isBound) expect(await count(consent, `consent-proven ${tenantId}`)).toBe(1);
    }
    expect(kills).toBeGreaterThanOrEqual(4);
  });
});

test('1,000 callbacks with one state at once give exactly one success', async () => {
  const consent = await create();
  const tenantId = consent.addCustomer();
  const query = await consent.visitEntra((await consent.link({ tenantId })).url);

  const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => consent.comeBack(query)));

  expect(outcomes.filter(({ kind }) => kind === 'connected')).toHaveLength(1);
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['connected', 'used']));
  expect(await count(consent, `consent-proven ${tenantId}`)).toBe(1);
});

describe('a consent that is withdrawn', () => {
  test.each([
    ['refused', 1],
    // The cached token lives for an hour; a tick later nothing is left of it.
    ['honoured', 3_600_000 / INTERVAL_MS + 1],
  ] as const)(
    'while the API has old tokens %s: seen in time, alone, without haste, and back without loss',
    async (mode, ticks) => {
      const consent = await create();
      const { world, collector } = consent;
      const { control, tenantId } = world;
      const neighbour = await addNeighbour(consent);
      control.addIncident(tenantId);
      await collector.pollUntilComplete();
      expect((await consent.view(tenantId)).status).toBe('active');

      control.withdrawConsent(tenantId, mode);
      for (let tick = 1; tick <= ticks; tick += 1) await consent.tick();
      expect(await consent.view(tenantId)).toMatchObject({
        status: 'consent-missing',
        lastError: { code: 'consent-missing', blame: 'tenant', action: expect.stringMatching('new consent link') },
      });

      control.clearLog();
      control.addIncident(tenantId);
      control.addIncident(neighbour);
      for (let tick = 1; tick <= 12; tick += 1) await consent.tick();
      // After as long again as it was refused: 5, 10, 20, 40 minutes later.
      expect(control.countCalls({ role: 'entra-token', tenantId })).toBeLessThanOrEqual(4);
      expect(control.countCalls({ role: 'incident-list', tenantId })).toBe(0);
      expect(await consent.view(neighbour)).toMatchObject({ status: 'active', storedIncidents: 1, lastError: null });

      const { url } = await consent.link({ tenantId });
      expect(await consent.comeBack(await consent.visitEntra(url))).toEqual({ kind: 'connected' });
      await collector.pollUntilComplete();
      expect(await consent.view(tenantId)).toMatchObject({ status: 'active', storedIncidents: 2, lastError: null });
      await expectIntact(world, { others: [neighbour] });
    },
  );

  test('a role that was taken away names the role, and the tenant returns by itself within the hour', async () => {
    const consent = await create();
    const { world, collector } = consent;
    const { control, tenantId } = world;
    await collector.pollUntilComplete();

    control.setRoles(tenantId, []);
    control.revokeTokens(tenantId);
    await consent.tick();
    expect(await consent.view(tenantId)).toMatchObject({
      status: 'consent-missing',
      lastError: { missingRoles: [ROLE] },
    });

    control.setRoles(tenantId, [ROLE]);
    for (let tick = 1; tick <= 13; tick += 1) await consent.tick();
    expect((await consent.view(tenantId)).status).toBe('active');
  });
});

test("a registration that asks for the writing role alone is the partner's to correct, and a new link helps only then", async () => {
  const consent = await create();
  const { control } = consent.world;
  const tenantId = consent.addCustomer();
  control.addApp({ ...APP_INPUT, requiredRoles: [ROLE.replace('Read', 'ReadWrite')] });
  control.setTokenLifetime(30 * 86_400);
  control.addIncident(tenantId);
  const approve = async () => {
    const { url } = await consent.link({ tenantId });
    return consent.comeBack(await consent.visitEntra(url));
  };
  const lacking = {
    code: 'consent-missing',
    blame: 'partner',
    missingRoles: [ROLE],
    action: expect.stringMatching(`^Add the application permission ${ROLE} to the registration`),
  };

  expect(await approve()).toEqual({ kind: 'being-set-up' });
  expect(await consent.view(tenantId)).toMatchObject({ status: 'pending', lastError: lacking });
  expect(await consent.parts.control.verify(tenantId)).toMatchObject({
    ok: false,
    missingRoles: [ROLE],
    problem: { code: 'consent-missing', blame: 'partner', action: lacking.action },
  });
  // The proofs of a fresh consent end after a day; the reader of the vault keeps its token by the real clock.
  consent.world.time.advance(26 * 3_600_000);
  await consent.tick();
  expect(await consent.view(tenantId)).toMatchObject({ status: 'consent-missing', lastError: lacking });

  expect(await approve()).toEqual({ kind: 'being-set-up' });
  expect(await consent.view(tenantId)).toMatchObject({ status: 'pending', lastError: lacking });
  expect(control.countCalls({ role: 'incident-list', tenantId })).toBe(0);

  control.addApp({ ...APP_INPUT, requiredRoles: [ROLE] });
  expect(await approve()).toEqual({ kind: 'connected' });
  await consent.tick();
  expect(await consent.view(tenantId)).toMatchObject({ status: 'active', storedIncidents: 1, lastError: null });
});

test('a refusal that waiting does not cure says so on the page, in the log and in the list of links, with its number', async () => {
  const consent = await create();
  const { control } = consent.world;
  const tenantId = consent.addCustomer();
  control.setLicence(tenantId, false);
  const { id, url } = await consent.link({ tenantId });
  const lines: unknown[] = [];
  const visit = async (): Promise<ConsentPage> =>
    visitConsent(consent.parts, (...line) => lines.push(line), await consent.visitEntra(url));
  const list = async () => (await listConsentLinks(consent.parts.requests, readConsentLinkQuery([]))).consentLinks;
  expect(await list()).toEqual([expect.objectContaining({ id, attempts: 0, lastRefusal: null })]);

  const { status, body } = await visit();

  expect(status).toBe(400);
  expect(body).toMatch(/AADSTS650052<\/p>[^]*Waiting does not help\. Have Microsoft Defender XDR licensed/);
  expect(body).not.toMatch(/some minutes|below/);
  expect(lines).toEqual([['info', 'consent_visit', { outcome: 'entra-error', code: 'not-licensed', aadsts: 650052 }]]);
  const lastRefusal = {
    at: expect.stringMatching(/^\d{4}-/),
    outcome: 'entra-error',
    code: 'not-licensed',
    aadsts: 650052,
    action: expect.stringMatching(/license Microsoft Defender XDR/),
  };
  expect(await list()).toEqual([expect.objectContaining({ id, attempts: 1, lastRefusal })]);

  // A number that nobody knows is told too; a later answer without one leaves nothing of the earlier.
  const answer = { state: new URL(url).searchParams.get('state') ?? '', error: 'access_denied' };
  await consent.comeBack(new URLSearchParams({ ...answer, error_description: 'AADSTS7654321: Text' }));
  const unknown = { outcome: 'entra-error', code: null, aadsts: 7654321, action: null };
  expect(await list()).toEqual([
    expect.objectContaining({ attempts: 2, lastRefusal: expect.objectContaining(unknown) }),
  ]);
  await consent.comeBack(new URLSearchParams({ ...answer, error: 'weird' }));
  expect(await list()).toEqual([
    expect.objectContaining({ lastRefusal: expect.objectContaining({ ...unknown, aadsts: null }) }),
  ]);

  control.setLicence(tenantId, true);
  expect((await visit()).body).toContain('Your organisation is connected');
  expect(await list()).toEqual([]);
});

async function addNeighbour(consent: ConsentWorld): Promise<TenantId> {
  const neighbour = consent.addCustomer();
  const { url } = await consent.link({ tenantId: neighbour });
  await consent.comeBack(await consent.visitEntra(url));
  return neighbour;
}

describe('verify', () => {
  test('shows the claims of a tenant that can be read, and says who acts when it cannot', async () => {
    const consent = await create();
    const { control, tenantId } = consent.world;
    const verify = () => consent.parts.control.verify(tenantId);
    const failed = (code: string, missingRoles: string[] = []) => ({
      ok: false,
      missingRoles,
      problem: { code, blame: 'tenant', message: expect.any(String), action: expect.any(String) },
    });

    const good = await verify();
    expect(good).toMatchObject({ ok: true, missingRoles: [], problem: null, claims: { tid: tenantId } });
    expect(JSON.stringify(good)).not.toContain('eyJ');

    control.setLicence(tenantId, false);
    expect(await verify()).toMatchObject({ ...failed('not-licensed'), claims: { roles: [ROLE] } });
    control.setLicence(tenantId, true);
    control.setRoles(tenantId, [OTHER_ROLE]);
    expect(await verify()).toMatchObject({
      ...failed('consent-missing', [ROLE]),
      claims: { roles: [OTHER_ROLE] },
    });
    control.setConsent(tenantId, false);
    expect(await verify()).toMatchObject({ ...failed('consent-missing'), claims: null });
    control.removeTenant(tenantId);
    expect(await verify()).toMatchObject(failed('tenant-not-found'));
  });
});

test('eraseConsentRequests() leaves no link of the tenant and every other', async () => {
  const consent = await create();
  const [tenantId, other] = [consent.addCustomer(), consent.addCustomer()];
  for (let times = 1; times <= 2; times += 1) await consent.link({ tenantId });
  await consent.comeBack(await consent.visitEntra((await consent.link({})).url, { tenantId }));
  await consent.link({ tenantId: other });
  const keys = async () =>
    (await listAllRows(consent.tables.requests, LINKS_PARTITION, { from: '!', to: '~' })).map((row) => row.rowKey);
  expect(await keys()).toHaveLength(6);

  expect(await eraseConsentRequests(consent.tables.requests, tenantId, () => true)).toBe(false);
  expect(await keys()).toHaveLength(6);
  expect(await eraseConsentRequests(consent.tables.requests, tenantId, () => false)).toBe(true);

  expect(await keys()).toEqual([expect.stringMatching(/^R!/), `T!${other}`]);
  expect(await eraseConsentRequests(consent.tables.requests, tenantId, () => false)).toBe(true);
});
