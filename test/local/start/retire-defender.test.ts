import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulator } from '../../../local/simulator/start-simulator.ts';
import type { Simulator } from '../../../local/simulator/state/simulator.ts';
import { listDemoTenants } from '../../../local/start/demo/demo-tenants.ts';
import { planRetirement } from '../../../local/start/retire-defender.ts';
import type { DemoCloud } from '../../../local/start/start-demo-cloud.ts';
import { openTestCertificates } from '../../helpers/test-certificates.ts';

describe('planRetirement()', () => {
  let simulator: Simulator;
  let cloud: DemoCloud;

  beforeEach(async () => {
    simulator = await startSimulator({ certificates: await openTestCertificates() });
    const tenants = listDemoTenants(1, 3);
    for (const { tenantId } of tenants)
      simulator.control.addTenant({ tenantId, roles: ['Incident.Read.All', 'SecurityIncident.Read.All'] });
    cloud = { simulator, clientId: '', tenants, change: () => undefined };
  });
  afterEach(() => simulator.close());

  test('leaves the last customer without the role of Graph, and ends the API when it is time', async () => {
    const lines: string[] = [];

    planRetirement(cloud, 1, (line) => lines.push(line));
    const roles = simulator.control.tenants().map((tenant) => tenant.roles.length);
    await setTimeout(20);

    expect(roles).toEqual([2, 2, 1]);
    expect(lines).toEqual([
      expect.stringMatching(/^The Defender API ends in 0\.001 s; Harbour & Pine has not consented to Microsoft Graph/),
      expect.stringMatching(/^The Defender API has ended/),
    ]);
  });

  test('ends nothing when the demo stops first', async () => {
    const lines: string[] = [];

    planRetirement(cloud, 1, (line) => lines.push(line))();
    await setTimeout(20);

    expect(lines).toHaveLength(1);
  });
});
