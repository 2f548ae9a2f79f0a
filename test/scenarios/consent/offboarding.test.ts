import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { readCleanUpMessage } from '../../../shared/domain/removal/clean-up-task.ts';
import { anyTokens } from '../../../shared/removal/any-tokens.ts';
import { cleanUp, type CleanUpDeps } from '../../../shared/removal/clean-up.ts';
import { dispatchCleanUp } from '../../../shared/removal/dispatch-clean-up.ts';
import { getOffboarding, type OffboardingView } from '../../../shared/removal/get-offboarding.ts';
import { purgeTenant, type PurgeDeps } from '../../../shared/removal/purge-tenant.ts';
import { deleteTenant } from '../../../shared/tenants/delete-tenant.ts';
import { createProvider } from '../cloud/collector.ts';
import { APP, startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createConsentWorld, type ConsentWorld } from '../worlds/consent-world.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud();
});
afterAll(() => cloud.stop());

const DAY_MS = 86_400_000;
const SOURCES = ['defender', 'graph'] as const;
/** As with `PARTNER_APPS=graph=…`. */
const GRAPH_APP = '77777777-7777-4777-8777-777777777777';
const CLIENT_IDS = { defender: APP, graph: GRAPH_APP };

interface Offboarding {
  consent: ConsentWorld;
  erase(): Promise<void>;
  /** What a clean-up does about erased tenants, a day after the last one; whether it asked for a token. */
  nextDay(): Promise<boolean>;
  view(): Promise<OffboardingView>;
}

/** Of a tenant that has consented to one source only. */
async function createOffboarding(source: SourceName): Promise<Offboarding> {
  const consent = createConsentWorld(await cloud.createWorld(source));
  const { world, parts, tables, collector } = consent;
  const { tenantId, time, control } = world;
  control.setRoles(tenantId, [source === 'graph' ? 'SecurityIncident.Read.All' : 'Incident.Read.All']);
  // A token of an earlier day would do on every later one: none of them may answer for today.
  control.setTokenLifetime(30 * 86_400);
  const { incidents, tenants, requests } = tables;
  const tokens = anyTokens(SOURCES.map((name) => createProvider(world, time, {}, undefined, name).tokens));
  const kept = { incidents, tenants, consentRequests: requests, audit: parts.audit };
  const limits = { budgetMs: 420_000, endMs: 540_000 };
  const deps: PurgeDeps & CleanUpDeps = {
    ...kept,
    ...limits,
    clock: time,
    log: collector.deps.log,
    tokens,
    outcomes: requests,
    retentionDays: 0,
  };
  const asked = (): number => control.countCalls({ role: 'entra-token', tenantId });
  return {
    consent,
    erase: async () => {
      for (const isPurge of [false, true]) await deleteTenant(parts, { tenantId, isPurge, actor: 'ann' });
      await purgeTenant(deps, tenantId);
    },
    nextDay: async () => {
      const before = asked();
      time.advance(DAY_MS);
      for (const message of await dispatchCleanUp(deps)) await cleanUp(deps, readCleanUpMessage(message), 1);
      return asked() > before;
    },
    view: () => getOffboarding({ incidents, audit: parts.audit, clientIds: CLIENT_IDS }, tenantId),
  };
}

test.each([
  ['defender', 'honoured'],
  ['graph', 'refused'],
] as const)(
  'an erased tenant of %s is asked once a day whether the app could still read it, until Entra refuses (old tokens %s)',
  async (source, oldTokens) => {
    const { consent, erase, nextDay, view } = await createOffboarding(source);
    const { control, tenantId, time } = consent.world;
    control.addIncident(tenantId);
    await consent.collector.pollUntilComplete();
    await erase();
    const checkedAt = [(await view()).accessCheckedAt];
    expect(await view()).toMatchObject({ status: 'erased', remaining: 0, accessStillPossible: true });

    for (const day of [1, 2]) {
      expect([day, await nextDay()]).toEqual([day, true]);
      const { accessStillPossible, accessCheckedAt, nextSteps } = await view();
      expect(accessStillPossible).toBe(true);
      expect(nextSteps.join()).toMatch(new RegExp(`application id ${APP}, then for ${GRAPH_APP},.*Delete`));
      checkedAt.push(accessCheckedAt);
    }
    time.advance(DAY_MS / 2);
    control.withdrawConsent(tenantId, oldTokens);
    expect(await nextDay()).toBe(true);
    const refused = await view();
    expect(refused).toMatchObject({ accessStillPossible: false, nextSteps: [] });
    checkedAt.push(refused.accessCheckedAt);
    expect(new Set(checkedAt).size).toBe(4);
    expect([...checkedAt].sort()).toEqual(checkedAt);

    for (const day of [4, 5, 6]) expect([day, await nextDay()]).toEqual([day, false]);
    expect(await view()).toEqual(refused);
  },
);

test('a day on which Entra fails, or the app itself is refused, proves nothing: the answer stays and is asked for again', async () => {
  const { consent, erase, nextDay, view } = await createOffboarding('defender');
  const { control, tenantId } = consent.world;
  await erase();
  const before = await view();
  expect(before.accessStillPossible).toBe(true);

  control.addFault({ name: 'entra is down', match: { role: 'entra-token' }, fault: { kind: 'status', status: 503 } });
  await nextDay();
  expect(await view()).toEqual(before);
  control.clearFaults();
  control.setAppSecrets(APP, []);
  await nextDay();
  expect(await view()).toEqual(before);
  control.setAppSecrets(APP, [{ value: 'right-secret' }]);
  control.withdrawConsent(tenantId, 'refused');

  await nextDay();
  expect((await view()).accessStillPossible).toBe(false);
});
