import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkHost, type ForkedHost } from '../../../local/host/fork-host.ts';
import { startAzurite } from '../../../local/services/azurite.ts';
import { trustLocalCa } from '../../../local/services/certificates.ts';
import { startSimulator } from '../../../local/simulator/start-simulator.ts';
import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import { createTables } from '../../../local/start/demo/create-tables.ts';
import { buildDemoSettings, buildHostEnvironment } from '../../../local/start/demo/demo-settings.ts';
import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../../shared/adapters/storage/table-client.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { openTestCertificates } from '../../helpers/test-certificates.ts';
import { APP, HOME, SECRET, SECRET_NAME } from '../cloud/scenario-cloud.ts';
import type { ComparedWorld } from '../truth/compare-with-truth.ts';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/** An unpacked package in one role, or the project's own functions with other settings. */
export type HostedApp = { folder: string; role: 'collector' | 'portal' } | { settings: Record<string, string> };

/** Azurite, the simulated Microsoft and the real app in processes of its own, all on the real clock. */
export interface HostCloud {
  control: SimulatorControl;
  /** A host on the project's own functions, or on what is given. Timers run when they are told to. */
  startHost(app?: HostedApp): Promise<ForkedHost>;
  /** Environment of the app, for a test that calls its functions in this process. */
  settings: Readonly<Record<string, string>>;
  killHosts(): Promise<void>;
  openTable(name: string): Table;
  worldOf(tenantId: TenantId): ComparedWorld;
  stop(): Promise<void>;
}

/** Two deliveries and short hiding, so that a killed worker's message is soon with the next one. */
const QUEUES = { hiddenSeconds: 2, visibilityTimeoutSeconds: 0, maxPollingIntervalMs: 50, maxDequeueCount: 2 };

/** `withoutTables`: as an account that nobody has prepared. */
export async function startHostCloud({ withoutTables = false } = {}): Promise<HostCloud> {
  const [azurite, simulator, folder] = await Promise.all([
    startAzurite(),
    openTestCertificates().then((certificates) => startSimulator({ certificates })),
    mkdtemp(join(tmpdir(), 'host-cloud-')),
  ]);
  const { connectionString } = azurite;
  const { control } = simulator;
  trustLocalCa(simulator.caPem);
  const caFile = join(folder, 'ca.pem');
  await Promise.all([writeFile(caFile, simulator.caPem), withoutTables ? undefined : createTables(connectionString)]);
  control.addTenant({ tenantId: HOME, domain: 'partner.example' });
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  control.addIdentity({ clientId: APP, principalId: HOME, tenantId: HOME });
  control.setSecret(SECRET_NAME, SECRET);
  const publicUrl = 'http://localhost:7071';
  const settings = buildDemoSettings({
    clientId: APP,
    homeTenantId: HOME,
    simulator,
    connectionString,
    publicUrl,
    caFile,
    source: 'defender',
    tickSeconds: 20,
  });
  const env = { ...buildHostEnvironment(settings, process.env), COLLECT_SCHEDULE: '* * * * * *' };
  const openTable = (name: string): Table =>
    createAzureTable(createTableClient({ kind: 'connection-string', connectionString }, name), systemClock);
  const tables = { incidents: { table: openTable('Incidents') }, tenants: { table: openTable('Tenants') } };
  const hosts: ForkedHost[] = [];
  const killHosts = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.kill()));
  };
  return {
    control,
    settings,
    startHost: async (app = { settings: {} }) => {
      const host = await forkHost({
        ...('folder' in app ? { root: app.folder } : { root: PROJECT, functions: ['functions/*/*.ts'] }),
        manualTimers: true,
        queues: QUEUES,
        env: 'folder' in app ? { ...env, APP_ROLE: app.role } : { ...env, ...app.settings },
      });
      hosts.push(host);
      return host;
    },
    killHosts,
    openTable,
    worldOf: (tenantId) => ({ control, tenantId, polls: [], ...tables }),
    stop: async () => {
      await killHosts();
      await Promise.all([azurite.stop(), simulator.close(), rm(folder, { recursive: true, force: true })]);
    },
  };
}
