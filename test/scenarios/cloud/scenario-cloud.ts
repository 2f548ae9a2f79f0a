import { randomUUID } from 'node:crypto';
import { trustLocalCa } from '../../../local/services/certificates.ts';
import { startSimulator } from '../../../local/simulator/start-simulator.ts';
import type { Simulator, SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import { createTableClient } from '../../../shared/adapters/storage/table-client.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { registerTenant } from '../../../shared/tenants/register-tenant.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { openEmulator } from '../../helpers/tables/emulator.ts';
import { openTestCertificates } from '../../helpers/test-certificates.ts';
import { defaultSource } from './default-source.ts';
import { asTable, createTableState } from '../../simulation/basics/sim-table.ts';
import { countRequests } from './count-requests.ts';
import type { PollRecord } from './poll-record.ts';
import { openScenarioTable, type ScenarioTable, type StoragePolicy } from './scenario-table.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const HOME = '11111111-1111-4111-8111-111111111111';
export const APP = '33333333-3333-4333-8333-333333333333';
/** Who reads the vault, so that a refused app still can. */
export const VAULT_READER = '66666666-6666-4666-8666-666666666666';
export const SECRET = 'right-secret';
export const SECRET_NAME = 'partner-app-secret';

/** One table service and one simulated Microsoft for the scenarios of a file. */
export interface ScenarioCloud {
  /** Empty where tables are kept in memory. */
  connectionString: string;
  simulator: Simulator;
  time: VirtualClock;
  /** A tenant and tables of its own, every fault and hook of earlier scenarios gone. */
  createWorld(source?: SourceName): Promise<World>;
  stop(): Promise<void>;
}

/** Whoever is to be read from either source has consented to both roles. */
export const ROLES = ['Incident.Read.All', 'SecurityIncident.Read.All'];

export interface World {
  cloud: ScenarioCloud;
  /** Where its tenant is read from at first. */
  source: SourceName;
  tenantId: TenantId;
  control: SimulatorControl;
  time: VirtualClock;
  polls: PollRecord[];
  /** The schedule's last tick, in ms since 1970. */
  lastTickMs: number;
  /** Clients that no collector uses: for registration and for the comparison. */
  incidents: ScenarioTable;
  tenants: ScenarioTable;
  audit: ScenarioTable;
  requests: ScenarioTable;
  /** A client of a process of its own. */
  openIncidents(machine?: Clock, policies?: readonly StoragePolicy[]): ScenarioTable;
}

const CALL_MS = 20;
/** Registration reads nothing from anywhere. */
const NO_PROVIDERS = { defender: undefined, graph: undefined };

/** The tables of one world: an emulator with real clients, or its rules in memory where hundreds of worlds are wanted. */
interface Storage {
  connectionString: string;
  createTable(): Promise<OpenTable>;
  stop(): Promise<void>;
}

type OpenTable = (machine?: Clock, policies?: readonly StoragePolicy[]) => ScenarioTable;

/**
 * `azurite` where storage has a part of its own: large transactions, lost answers, several workers, odd content, the races of
 * consent. All else takes its rules in memory, which are many times faster, and so do scenarios that Graph plays once more: storage
 * knows no sources.
 */
export async function startScenarioCloud(
  kind: 'azurite' | 'memory' = defaultSource() === 'defender' ? 'azurite' : 'memory',
): Promise<ScenarioCloud> {
  const certificates = await openTestCertificates();
  trustLocalCa(certificates.caPem);
  const time = createVirtualClock(Math.floor(Date.now() / 1_000) * 1_000);
  const [storage, simulator] = await Promise.all([
    kind === 'azurite' ? startEmulator(time) : startMemory(time),
    startSimulator({ certificates, nowMs: () => time.nowMs() }),
  ]);
  const { control } = simulator;
  control.addTenant({ tenantId: HOME, domain: 'partner.example' });
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  control.addApp({ clientId: VAULT_READER, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  control.setSecret(SECRET_NAME, SECRET);
  let worlds = 0;
  const cloud: ScenarioCloud = {
    connectionString: storage.connectionString,
    simulator,
    time,
    createWorld: (source = defaultSource()) => createWorld(cloud, storage, tenantNumber(++worlds), source),
    stop: async () => {
      await Promise.all([storage.stop(), simulator.close()]);
    },
  };
  return cloud;
}

async function startEmulator(time: VirtualClock): Promise<Storage> {
  const { connectionString, stop } = await openEmulator();
  return {
    connectionString,
    createTable: async () => {
      const name = await createTable(connectionString);
      return (machine, policies) => openScenarioTable({ connectionString, name, time }, machine, policies);
    },
    stop,
  };
}

function startMemory(time: VirtualClock): Storage {
  return {
    connectionString: '',
    createTable: async () => {
      const table = asTable(createTableState(), () => ticksFromMs(time.nowMs()));
      return (_machine, policies = []) => {
        if (policies.length > 0) throw new Error('Cannot disturb requests to a table in memory as there are none');
        return countRequests(table);
      };
    },
    stop: async () => {},
  };
}

async function createWorld(
  cloud: ScenarioCloud,
  storage: Storage,
  tenantId: TenantId,
  source: SourceName,
): Promise<World> {
  const { time, simulator } = cloud;
  resetSimulator(cloud);
  const [openIncidents, openTenants, openAudit, openRequests] = await Promise.all([
    storage.createTable(),
    storage.createTable(),
    storage.createTable(),
    storage.createTable(),
  ]);
  const world: World = {
    cloud,
    source,
    tenantId,
    control: simulator.control,
    time,
    polls: [],
    lastTickMs: -Infinity,
    incidents: openIncidents(),
    tenants: openTenants(),
    audit: openAudit(),
    requests: openRequests(),
    openIncidents,
  };
  simulator.control.addTenant({ tenantId, domain: `${tenantId.slice(-8)}.example`, roles: ROLES });
  await registerTenant(
    {
      incidents: world.incidents.table,
      tenants: world.tenants.table,
      control: createTenantControl({
        incidents: world.incidents.table,
        clock: time,
        defaultSource: 'defender',
        providers: NO_PROVIDERS,
      }),
      audit: createAuditLog(world.audit.table),
      defaultSource: 'defender',
      onChanged: () => {},
    },
    tenantId,
    readTenantChange({ displayName: 'Northwind', customer: 'Northwind Group', source }),
    'scenario',
  );
  return world;
}

function resetSimulator({ simulator: { control }, time }: ScenarioCloud): void {
  control.clearFaults();
  control.clearLog();
  control.resetRateLimits();
  control.setRateLimits({});
  control.setGraphLimits({});
  control.retireDefender(undefined);
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
