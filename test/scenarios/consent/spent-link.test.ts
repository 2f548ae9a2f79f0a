import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConsentOutcome } from '../../../shared/domain/consent/consent-outcome.ts';
import { renderConsentPage } from '../../../shared/domain/consent/consent-page.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createConsentWorld, type ConsentWorld } from '../worlds/consent-world.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud();
});
afterAll(() => cloud.stop());

const HOUR_MS = 3_600_000;

interface Spent {
  consent: ConsentWorld;
  tenantId: TenantId;
  url: string;
  /** So many ms of the schedule. */
  pass(ms: number, stepMs: number): Promise<void>;
}

/** Somebody who has the link, and is no administrator, calls the callback as if Entra had: the link is used up by that. */
async function spendLink(source: SourceName): Promise<Spent> {
  const consent = createConsentWorld(await cloud.createWorld(source), source);
  const { time, control } = consent.world;
  const tenantId = consent.addCustomer();
  // The vault's client counts by the real clock, so its token has to last.
  control.setTokenLifetime(7 * 86_400);
  control.addIncident(tenantId);
  const { url } = await consent.link({ tenantId, displayName: 'Contoso' });
  const state = new URL(url).searchParams.get('state') ?? '';
  const forged = new URLSearchParams({ state, tenant: tenantId, admin_consent: 'True' });
  expect(await consent.comeBack(forged)).toEqual({ kind: 'being-set-up' });
  const pass = async (ms: number, stepMs: number): Promise<void> => {
    for (const endMs = time.nowMs() + ms; time.nowMs() < endMs;) {
      time.advance(stepMs);
      await consent.tick();
    }
  };
  return { consent, tenantId, url, pass };
}

const textOf = (outcome: ConsentOutcome): string => renderConsentPage(outcome).body.replaceAll(/<[^>]+>/g, ' ');
const links = async ({ audit }: ConsentWorld): Promise<number> =>
  (await audit()).filter((entry) => entry.startsWith('create-link')).length;

test('a link that was used up by a forged answer (Defender): the approval an hour later is found, with no new link', async () => {
  const { consent, tenantId, url, pass } = await spendLink('defender');
  await pass(HOUR_MS, 300_000);
  expect(await consent.view(tenantId)).toMatchObject({ status: 'pending', storedIncidents: 0 });
  const proofs = consent.world.control.countCalls({ role: 'entra-token', tenantId });
  // By the callback while its visitor waited, then 1, 2, 5, 10 and 30 minutes after one another.
  expect(proofs).toBeLessThanOrEqual(12);

  const outcome = await consent.comeBack(await consent.visitEntra(url));

  expect(outcome).toEqual({ kind: 'used', status: 'pending' });
  expect(textOf(outcome)).toMatch(/If you approved just now, nothing more is needed.*The connection is being set up/s);
  await pass(HOUR_MS + 300_000, 300_000);
  expect(await consent.view(tenantId)).toMatchObject({
    status: 'active',
    displayName: 'Contoso',
    storedIncidents: 1,
    lastError: null,
  });
  expect(await consent.audit()).toContain(`consent-proven ${tenantId}`);
  expect([await links(consent), await consent.openRequests()]).toEqual([1, []]);
});

test('nobody approves for a day (Graph): the operator is told to send a new link, and a late approval is still found', async () => {
  const { consent, tenantId, url, pass } = await spendLink('graph');
  await pass(23 * HOUR_MS, HOUR_MS);
  expect((await consent.view(tenantId)).status).toBe('pending');
  await pass(3 * HOUR_MS, HOUR_MS);
  expect(await consent.view(tenantId)).toMatchObject({
    status: 'consent-missing',
    lastError: { blame: 'tenant', action: expect.stringMatching('new consent link') },
  });
  expect(await consent.openRequests()).toEqual([]);

  const outcome = await consent.comeBack(await consent.visitEntra(url));

  expect(outcome).toEqual({ kind: 'used', status: 'consent-missing' });
  expect(textOf(outcome)).toMatch(/nothing more is needed.*found by itself within an hour/s);
  await pass(HOUR_MS + 300_000, 300_000);
  expect(await consent.view(tenantId)).toMatchObject({ status: 'active', storedIncidents: 1, lastError: null });
});

test('nobody approves for a day (Graph): the new link that the operator then sends works at once', async () => {
  const { consent, tenantId, pass } = await spendLink('graph');
  await pass(26 * HOUR_MS, HOUR_MS);
  const { url } = await consent.link({ tenantId });

  expect(await consent.comeBack(await consent.visitEntra(url))).toEqual({ kind: 'connected' });

  expect(await consent.view(tenantId)).toMatchObject({ status: 'active', displayName: 'Contoso' });
});
