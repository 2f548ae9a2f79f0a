import { createAzureTable } from './adapters/azure-table.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createTableClient } from './adapters/table-client.ts';
import { readConfig, type Config } from './config.ts';
import { createCoverageReader, type CoverageReader } from './coverage-reader.ts';
import type { SourceName } from './domain/incident.ts';
import type { TenantId } from './domain/tenant-id.ts';
import type { Clock } from './ports/clock.ts';
import type { Table } from './ports/table.ts';
import { createTenantNames, type TenantNames } from './tenant-names.ts';

/** Everything that functions need, wired once a process. */
export interface Services {
  config: Config;
  clock: Clock;
  incidents: Table;
  tenants: Table;
  names: TenantNames;
  coverage: CoverageReader;
  defaultSource: SourceName;
  onChanged(tenantId: TenantId): void;
}

let services: Services | undefined;

/** The services of this process. The first call reads the settings and throws `bad-settings` when they are wrong. */
export function getServices(): Services {
  services ??= createServices(readConfig(process.env));
  return services;
}

/** Wires the services; nothing is sent until one is used. */
export function createServices(config: Config): Services {
  const clock = systemClock;
  const openTable = (name: string): Table => createAzureTable(createTableClient(config.storage, name), clock);
  const [incidents, tenants] = [openTable('Incidents'), openTable('Tenants')];
  const names = createTenantNames(tenants, clock);
  const coverage = createCoverageReader(incidents, names, config.collection, clock);
  return {
    config,
    clock,
    incidents,
    tenants,
    names,
    coverage,
    defaultSource: config.incidentSource,
    onChanged: (tenantId) => {
      names.forget(tenantId);
      coverage.forget(tenantId);
    },
  };
}
