import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { APP, HOME, SECRET, startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createConsentWorld, type ConsentWorld } from '../worlds/consent-world.ts';

const BOTH = ['Incident.Read.All', 'SecurityIncident.Read.All'];

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});
afterAll(() => cloud.stop());

/** A customer on `auto` that has consented when the registration listed the role of the Defender API alone. */
async function consentToOne(): Promise<ConsentWorld & { tenantId: TenantId }> {
  const consent = createConsentWorld(await cloud.createWorld(), 'auto');
  const { control } = consent.world;
  const register = (requiredRoles: string[]): void => {
    control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }], requiredRoles });
  };
  register(BOTH.slice(0, 1));
  const tenantId = consent.addCustomer();
  await consent.comeBack(await consent.visitEntra((await consent.link({ tenantId })).url));
  await consent.tick();
  await consent.tick();
  register(BOTH);
  return { ...consent, tenantId };
}

test('a customer on "auto" that lacks the role of Graph is told which, and the link that it gets adds it', async () => {
  const { parts, link, visitEntra, comeBack, tick, view, tenantId, tables } = await consentToOne();

  expect(await view(tenantId)).toMatchObject({
    status: 'active',
    source: 'auto',
    ownSource: null,
    failover: { isReady: false, problem: { missingRoles: ['SecurityIncident.Read.All'] } },
  });
  expect(await parts.control.verify(tenantId)).toMatchObject({
    source: 'defender',
    ok: true,
    missingRoles: [],
    standby: { ok: false, missingRoles: ['SecurityIncident.Read.All'], problem: { blame: 'tenant' } },
  });

  const again = await link({ tenantId });
  expect(again).toMatchObject({ source: 'auto', approver: 'Privileged Role Administrator' });
  expect(new URL(again.url).searchParams.get('scope')).toBe('https://graph.microsoft.com/.default');
  expect(await comeBack(await visitEntra(again.url))).toEqual({ kind: 'connected' });
  await tick();

  expect(await view(tenantId)).toMatchObject({ status: 'active', ownSource: null, failover: { isReady: true } });
  expect(await parts.control.verify(tenantId)).toMatchObject({ ok: true, standby: { ok: true, missingRoles: [] } });
  const row = await tables.incidents.get(shardOf(tenantId), `S!${tenantId}`);
  expect(row?.properties['ownSource']).toBe('setting');
});

test.each([
  ['defender', 'https://api.security.microsoft.com/.default', 'Cloud Application Administrator'],
  ['graph', 'https://graph.microsoft.com/.default', 'Privileged Role Administrator'],
  ['auto', 'https://graph.microsoft.com/.default', 'Privileged Role Administrator'],
] as const)('a link asks for what a tenant whose source is %s needs', async (source, scope, approver) => {
  const consent = createConsentWorld(await cloud.createWorld(), 'defender');
  const tenantId = consent.addCustomer();
  await consent.parts.control.register(tenantId, { source });

  const made = await consent.link({ tenantId });

  expect(made).toMatchObject({ source, approver });
  expect(new URL(made.url).searchParams.get('scope')).toBe(scope);
});

test('a link that names a source makes it the own one of a tenant that nobody knew, and one that does not leaves it to the setting', async () => {
  const consent = createConsentWorld(await cloud.createWorld(), 'defender');
  const [named, unnamed] = [consent.addCustomer(), consent.addCustomer()];

  await consent.comeBack(await consent.visitEntra((await consent.link({ source: 'auto' })).url, { tenantId: named }));
  await consent.comeBack(await consent.visitEntra((await consent.link({})).url, { tenantId: unnamed }));

  expect(await consent.view(named)).toMatchObject({ status: 'awaiting-approval', ownSource: 'auto' });
  expect(await consent.view(unnamed)).toMatchObject({ status: 'awaiting-approval', ownSource: null });
});
