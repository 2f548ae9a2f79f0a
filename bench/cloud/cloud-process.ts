// Started by start-cloud.ts: the simulated Microsoft in a process of its own.
import { setTimeout } from 'node:timers/promises';
import { ensureLocalCertificates } from '../../local/services/certificates.ts';
import { startSimulator } from '../../local/simulator/start-simulator.ts';
import type { Simulator } from '../../local/simulator/state/simulator.ts';
import { serveCommands } from '../process/serve-commands.ts';
import { PARTNER } from './partner.ts';
import { seedCloud, type Fleet } from './seed-cloud.ts';

let simulator: Simulator | undefined;
let tenantIds: string[] = [];
let changes = 0;

function running(): Simulator {
  if (simulator === undefined) throw new Error('The cloud was not started');
  return simulator;
}

serveCommands({
  start: async ({ fleet, certificates }: { fleet: Fleet; certificates: string }) => {
    simulator = await startSimulator({
      certificates: await ensureLocalCertificates(certificates),
      rateLimits: 'off',
      // Its log of requests would grow with every call of a long run.
      beforeRespond: ({ sequence }, control) => {
        if (sequence % 1_000 === 0) control.clearLog();
      },
    });
    const { control, url, vaultUrl, identityEndpoint, identityHeader } = simulator;
    const { tenantId, clientId, secret } = PARTNER;
    control.addTenant({ tenantId, domain: 'partner.example' });
    control.addApp({ clientId, homeTenantId: tenantId, secrets: [{ value: secret }] });
    control.addIdentity({ clientId, principalId: tenantId, tenantId });
    control.setSecret('partner-app-secret', secret);
    tenantIds = seedCloud(control, fleet);
    return { url, vaultUrl, identityEndpoint, identityHeader, tenantIds };
  },
  /** One incident of every so-manieth tenant. */
  change: ({ every }: { every: number }) => {
    const { control } = running();
    const changed = tenantIds.filter((_, number) => number % every === 0);
    for (const tenantId of changed) {
      const [incidentId] = control.incidentIds(tenantId).slice(-1);
      if (incidentId !== undefined)
        control.updateIncident(tenantId, incidentId, { assignedTo: `analyst-${(changes += 1)}` });
    }
    return changed.length;
  },
  delay: ({ ms }: { ms: number }) => {
    running().control.setBeforeRespond(async ({ role }) => {
      if (role === 'defender-list') await setTimeout(ms);
    });
  },
});
