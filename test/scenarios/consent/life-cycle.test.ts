import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { expectIntact } from '../truth/expectations.ts';
import { createConsentWorld, type ConsentWorld } from '../worlds/consent-world.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});
afterAll(() => cloud.stop());

const TICKS_PER_HOUR = 12;

async function addNeighbour(consent: ConsentWorld): Promise<TenantId> {
  const neighbour = consent.addCustomer();
  await consent.comeBack(await consent.visitEntra((await consent.link({ tenantId: neighbour })).url));
  return neighbour;
}

type Break = (control: SimulatorControl, tenantId: TenantId) => void;

/** What Entra says of this tenant alone from now on. */
const refuseWith =
  (code: number): Break =>
  (control, tenantId) => {
    control.revokeTokens(tenantId);
    control.addFault({
      name: 'refused',
      match: { role: 'entra-token', tenantId },
      fault: { kind: 'entra-error', code },
    });
  };

test.each<[string, string, Break]>([
  [
    'not-licensed',
    'not-licensed',
    (control, tenantId) => {
      control.setLicence(tenantId, false);
    },
  ],
  ['unreachable', 'tenant-not-found', refuseWith(90002)],
  ['unreachable', 'access-blocked', refuseWith(53003)],
  ['consent-missing', 'consent-missing', refuseWith(700016)],
])(
  'a tenant becomes %s (%s), is asked ever more rarely, and returns by itself without loss',
  async (status, code, breakIt) => {
    const consent = createConsentWorld(await cloud.createWorld());
    const { world, collector } = consent;
    const { control, tenantId } = world;
    const neighbour = await addNeighbour(consent);
    control.addIncident(tenantId);
    await collector.pollUntilComplete();

    breakIt(control, tenantId);
    await consent.tick();
    expect(await consent.view(tenantId)).toMatchObject({
      status,
      lastError: { code, blame: 'tenant', action: expect.stringMatching(/\w{3}/) },
    });
    control.clearLog();
    control.addIncident(tenantId);
    control.addIncident(neighbour);
    for (let tick = 1; tick <= 2 * TICKS_PER_HOUR; tick += 1) await consent.tick();
    const asked = control.log().filter((entry) => entry.tenantId === tenantId && entry.role === 'entra-token');
    const read = control.countCalls({ role: 'incident-list', tenantId });
    // After as long again as it has been refused: 5, 10, 20, 40 and 80 minutes after the first refusal.
    expect(Math.max(asked.length, read)).toBe(5);
    expect(await consent.view(neighbour)).toMatchObject({ status: 'active', storedIncidents: 1, lastError: null });

    control.clearFaults();
    control.setLicence(tenantId, true);
    for (let tick = 1; tick <= TICKS_PER_HOUR + 1; tick += 1) await consent.tick();
    await collector.pollUntilComplete();
    expect(await consent.view(tenantId)).toMatchObject({ status: 'active', storedIncidents: 2, lastError: null });
    await expectIntact(world, { others: [neighbour] });
  },
);
