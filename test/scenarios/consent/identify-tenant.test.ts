import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { createEntraTokens } from '../../../shared/adapters/entra/entra-tokens.ts';
import { createHomeDirectory, HOME_ROLE } from '../../../shared/adapters/entra/home-directory.ts';
import { createHttpGet } from '../../../shared/adapters/machine/http.ts';
import { CLOUDS } from '../../../shared/domain/entra/clouds.ts';
import type { Identification } from '../../../shared/domain/tenants/verification.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { OrganizationDirectory } from '../../../shared/ports/tenant-directory.ts';
import { identifyTenant } from '../../../shared/tenants/identify-tenant.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { APP, SECRET, startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createConsentWorld, type ConsentWorld } from '../worlds/consent-world.ts';

const GRAPH = 'https://graph.microsoft.com';
const CREDENTIAL = {
  kind: 'secret',
  value: SECRET,
  version: undefined,
  expiresAt: undefined,
  readAt: new Date(0),
  problem: undefined,
} as const;
const home = tenantNumber(990);

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});
afterAll(() => cloud.stop());

type Waiting = ConsentWorld & { tenantId: TenantId; identify(home?: TenantId): Promise<Identification> };

/** A customer that came through a link for anybody, and was called "Whoever" by the person who made the link. */
async function createWaiting(): Promise<Waiting> {
  const consent = createConsentWorld(await cloud.createWorld());
  const { control } = consent.world;
  control.addTenant({ tenantId: home, roles: [HOME_ROLE] });
  const tenantId = consent.addCustomer();
  const known = control.tenants().find((tenant) => tenant.tenantId === tenantId);
  control.addTenant({ ...known, tenantId, displayName: 'Fourth Coffee' });
  const { url } = await consent.link({ displayName: 'Whoever' });
  expect(await consent.comeBack(await consent.visitEntra(url, { tenantId }))).toEqual({ kind: 'awaiting-approval' });
  const identify = (homeTenantId = home): Promise<Identification> =>
    identifyTenant({ incidents: consent.tables.incidents, organizations: openDirectory(homeTenantId) }, tenantId);
  return { ...consent, tenantId, identify };
}

function openDirectory(homeTenantId: TenantId): OrganizationDirectory {
  const { time: clock, simulator } = cloud;
  const tokens = createEntraTokens({
    authorityHost: simulator.url,
    clientId: APP,
    scope: CLOUDS.global.graphScope,
    audiences: [GRAPH],
    requiredRole: HOME_ROLE,
    disableInstanceDiscovery: true,
    credential: { use: (_tenantId, ask) => ask(CREDENTIAL), status: () => undefined },
    clock,
  });
  return createHomeDirectory({
    homeTenantId,
    graphUrl: simulator.url,
    tokens,
    http: createHttpGet({ fetch, clock }),
    clock,
  });
}

test('who approves sees what the tenant calls itself beside what was typed, and nothing is asked of the tenant', async () => {
  const { world, tenantId, identify, view } = await createWaiting();
  const before = world.control.log().length;

  expect(await identify()).toEqual({
    organization: {
      displayName: 'Fourth Coffee',
      defaultDomain: expect.stringMatching(/^c\d+\.example$/),
      brandName: null,
    },
    problem: null,
  });

  expect(await view(tenantId)).toMatchObject({ displayName: 'Whoever', status: 'awaiting-approval' });
  const asked = world.control.log().slice(before);
  expect(new Set(asked.map((request) => request.tenantId))).toEqual(new Set([home]));
});

test.each<[string, (waiting: Waiting) => void, object]>([
  [
    'the role is missing',
    ({ world }) => {
      world.control.setRoles(home, []);
    },
    { code: 'home-role-missing', blame: 'partner', message: /its token lacks CrossTenantInformation\.ReadBasic\.All$/ },
  ],
  [
    'Graph refuses all the same',
    ({ world }) => {
      world.control.addFault({ name: 'no', match: { role: 'graph-tenant' }, fault: { kind: 'status', status: 403 } });
    },
    { code: 'home-role-missing', blame: 'partner', message: /Microsoft Graph answered 403$/ },
  ],
  [
    'the app is not in the tenant that the setting names',
    ({ world }) => {
      world.control.setConsent(home, false);
    },
    { code: 'home-role-missing', blame: 'partner', message: /700016|7000229/ },
  ],
  [
    'Microsoft does not know the tenant',
    ({ world, tenantId }) => {
      world.control.removeTenant(tenantId);
    },
    { code: 'tenant-not-found', blame: 'tenant', message: /knows no such tenant$/ },
  ],
  [
    'Graph is throttled',
    ({ world }) => {
      world.control.addFault({ name: 'no', match: { role: 'graph-tenant' }, fault: { kind: 'status', status: 429 } });
    },
    { code: 'throttled', blame: 'microsoft', message: /^Cannot read what tenant/ },
  ],
  [
    'the answer is about another tenant',
    ({ world, tenantId }) => {
      world.control.addFault({
        name: 'other',
        match: { role: 'graph-tenant' },
        fault: { kind: 'status', status: 200, body: { tenantId: tenantNumber(991), displayName: `not ${tenantId}` } },
      });
    },
    { code: 'bad-page', message: /^Cannot read what tenant/ },
  ],
])('where %s, that is said with who must act, and the consent stands', async (_case, spoil, problem) => {
  const waiting = await createWaiting();
  spoil(waiting);

  const { message, ...fields } = problem as { message: RegExp };
  expect(await waiting.identify()).toEqual({
    organization: null,
    problem: expect.objectContaining({ ...fields, message: expect.stringMatching(message) }),
  });
  expect(await waiting.view(waiting.tenantId)).toMatchObject({ status: 'awaiting-approval' });
});

test('where no home tenant is set the answer names the setting, and an unknown tenant is asked of nobody', async () => {
  const { tables, parts, tenantId } = await createWaiting();

  expect(await parts.control.identify(tenantId)).toMatchObject({
    organization: null,
    problem: { code: 'home-tenant-not-set', blame: 'partner', message: expect.stringContaining('PARTNER_TENANT_ID') },
  });
  await expect(
    identifyTenant({ incidents: tables.incidents, organizations: openDirectory(home) }, tenantNumber(992)),
  ).rejects.toMatchObject({ code: 'not-found', status: 404 });
});
