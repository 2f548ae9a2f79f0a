import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite } from '../../local/services/azurite.ts';
import { createTables } from '../../local/start/demo/create-tables.ts';
import { buildDemoSettings, buildHostEnvironment } from '../../local/start/demo/demo-settings.ts';
import { startProcess, type BenchProcess } from '../process/start-process.ts';
import { PARTNER } from './partner.ts';
import type { Fleet } from './seed-cloud.ts';

interface CloudPlace {
  url: string;
  vaultUrl: string;
  identityEndpoint: string;
  identityHeader: string;
  tenantIds: string[];
}

/** The simulated Microsoft with a fleet of customers, and an empty storage whenever one is needed. */
export interface BenchCloud {
  url: string;
  tenantIds: readonly string[];
  process: BenchProcess;
  /** For files of this run. */
  folder: string;
  /** Runs `work` beside a storage of its own. */
  withStorage<Result>(work: (storage: Storage) => Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

export interface Storage {
  connectionString: string;
  /** Environment of a collector that reads this cloud and writes to this storage. */
  env: NodeJS.ProcessEnv;
}

export async function startCloud(fleet: Fleet): Promise<BenchCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const cloud = startProcess(new URL('./cloud-process.ts', import.meta.url));
  const simulator = await cloud.ask<CloudPlace>('start', { fleet, certificates: folder });
  const caFile = join(folder, 'ca.pem');
  return {
    url: simulator.url,
    tenantIds: simulator.tenantIds,
    process: cloud,
    folder,
    withStorage: async (work) => {
      const { connectionString, stop } = await startAzurite({ withoutQueues: true });
      try {
        await createTables(connectionString);
        const place = { simulator, connectionString, caFile, publicUrl: 'http://localhost:7071', source: 'defender' };
        const settings = buildDemoSettings({
          clientId: PARTNER.clientId,
          homeTenantId: PARTNER.tenantId,
          ...place,
          tickSeconds: 20,
        });
        const env = { ...process.env, ...buildHostEnvironment(settings, process.env), COLLECT_SCHEDULE: '* * * * * *' };
        return await work({ connectionString, env });
      } finally {
        await stop();
      }
    },
    stop: async () => {
      await cloud.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
