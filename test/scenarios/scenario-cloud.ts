import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTableClient } from '../../shared/adapters/table-client.ts';
import { createAuditLog } from '../../shared/audit.ts';
import { readTenantChange } from '../../shared/domain/tenant-change.ts';
import type { TenantId } from '../../shared/domain/tenant-id.ts';
import { createTenantControl } from '../../shared/create-tenant-control.ts';
import { registerTenant } from '../../shared/register-tenant.ts';
import { startAzurite } from '../../local/azurite.ts';
import { createLocalCertificates, trustLocalCa } from '../../local/certificates.ts';
import type { Simulator, SimulatorControl } from '../../local/simulator/simulator.ts';
import { startSimulator } from '../../local/simulator/start-simulator.ts';
import { tenantNumber } from '../helpers/seed.ts';
import type { PollRecord } from './poll-record.ts';
import { openScenarioTable, type ScenarioTable, type StoragePolicy } from './scenario-table.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
import type { Clock } from '../../shared/ports/clock.ts';

export const HOME = '11111111-1111-4111-8111-111111111111';
export const APP = '33333333-3333-4333-8333-333333333333';
export const SECRET = 'right-secret';
export const SECRET_NAME = 'partner-app-secret';

/** One Azurite and one simulated Microsoft for the scenarios of a file. */
export interface ScenarioCloud {
  connectionString: string;
  simulator: Simulator;
  time: VirtualClock;
  /** A tenant and tables of its own, every fault and hook of earlier scenarios gone. */
  createWorld(): Promise<World>;
  stop(): Promise<void>;
}

export interface World {
  cloud: ScenarioCloud;
  tenantId: TenantId;
  control: SimulatorControl;
  time: VirtualClock;
  polls: PollRecord[];
  /** The schedule's last tick, in ms since 1970. */
  lastTickMs: number;
  /** Clients that no collector uses: for registration and for the comparison. */
  incidents: ScenarioTable;
  tenants: ScenarioTable;
  /** A client of a process of its own. */
  openIncidents(machine?: Clock, policies?: readonly StoragePolicy[]): ScenarioTable;
}

// Real services on a busy machine: some scenarios take ten seconds on an idle one.
jest.setTimeout(120_000);

const CALL_MS = 20;

export async function startScenarioCloud(): Promise<ScenarioCloud> {
  const certificates = await createLocalCertificates();
  trustLocalCa(certificates.caPem);
  const time = createVirtualClock(Math.floor(Date.now() / 1_000) * 1_000);
  const [azurite, simulator] = await Promise.all([
    startAzurite(),
    startSimulator({ certificates, nowMs: () => time.nowMs() }),
  ]);
  const { control } = simulator;
  control.addTenant({ tenantId: HOME, domain: 'partner.example' });
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  control.setSecret(SECRET_NAME, SECRET);
  let worlds = 0;
  const cloud: ScenarioCloud = {
    connectionString: azurite.connectionString,
    simulator,
    time,
    createWorld: () => createWorld(cloud, tenantNumber(++worlds)),
    stop: async () => {
      await Promise.all([azurite.stop(), simulator.close()]);
    },
  };
  return cloud;
}

async function createWorld(cloud: ScenarioCloud, tenantId: TenantId): Promise<World> {
  const { connectionString, time, simulator } = cloud;
  resetSimulator(cloud);
  const [incidentsName, tenantsName, auditName] = await Promise.all([
    createTable(connectionString),
    createTable(connectionString),
    createTable(connectionString),
  ]);
  const world: World = {
    cloud,
    tenantId,
    control: simulator.control,
    time,
    polls: [],
    lastTickMs: -Infinity,
    incidents: openScenarioTable({ connectionString, name: incidentsName, time }),
    tenants: openScenarioTable({ connectionString, name: tenantsName, time }),
    openIncidents: (machine, policies) =>
      openScenarioTable({ connectionString, name: incidentsName, time }, machine, policies),
  };
  simulator.control.addTenant({ tenantId, domain: `${tenantId.slice(-8)}.example` });
  await registerTenant(
    {
      incidents: world.incidents.table,
      tenants: world.tenants.table,
      control: createTenantControl({ incidents: world.incidents.table, clock: time, defaultSource: 'defender' }),
      audit: createAuditLog(openScenarioTable({ connectionString, name: auditName, time }).table),
      onChanged: () => {},
    },
    tenantId,
    readTenantChange({ displayName: 'Northwind', customer: 'Northwind Group' }),
    'scenario',
  );
  return world;
}

function resetSimulator({ simulator: { control }, time }: ScenarioCloud): void {
  control.clearFaults();
  control.clearLog();
  control.resetRateLimits();
  control.setRateLimits({});
  control.setOrder('updated-desc');
  control.setClockOffset(0);
  control.setAfterPage(undefined);
  // A call takes time: versions that follow one another are never of one instant unless a scenario says so.
  control.setBeforeRespond(() => {
    time.advance(CALL_MS);
  });
}

async function createTable(connectionString: string): Promise<string> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  await createTableClient({ kind: 'connection-string', connectionString }, name).createTable();
  return name;
}
