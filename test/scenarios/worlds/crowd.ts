import { expect } from '@jest/globals';
import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { registerTenant } from '../../../shared/tenants/register-tenant.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { readState } from '../cloud/poll-record.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { ROLES, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact } from '../truth/expectations.ts';

/** Registration reads nothing from anywhere. */
const NO_PROVIDERS = { defender: undefined, graph: undefined };
/** Ids that no world of a file has. */
const FIRST_ID = 1_001;

interface Tables {
  incidents: { table: World['incidents']['table'] };
  tenants: { table: World['tenants']['table'] };
  audit: { table: World['audit']['table'] };
}

/** Tenants beside the one that a world has. */
export interface Customers {
  /** One more in these tables, with incidents at the source. */
  add(tables: Tables, count: number, source?: SourceName): Promise<TenantId>;
  sourceOf(tenantId: TenantId): SourceName;
  /** Of all that were added. */
  ids(): TenantId[];
}

export function createCustomers({ simulator: { control } }: ScenarioCloud): Customers {
  const sources = new Map<TenantId, SourceName>();
  return {
    ids: () => [...sources.keys()],
    sourceOf: (tenantId) => sources.get(tenantId) ?? defaultSource(),
    add: async ({ incidents, tenants, audit }, count, source = defaultSource()) => {
      const number = FIRST_ID + sources.size;
      const tenantId = tenantNumber(number);
      sources.set(tenantId, source);
      control.addTenant({ tenantId, domain: `tenant${number}.example`, roles: ROLES });
      seedIncidents({ control, tenantId }, count, spreadOver({ control }, 20, count));
      const deps = {
        incidents: incidents.table,
        tenants: tenants.table,
        control: createTenantControl({
          incidents: incidents.table,
          clock: systemClock,
          defaultSource: defaultSource(),
          providers: NO_PROVIDERS,
        }),
        audit: createAuditLog(audit.table),
        defaultSource: defaultSource(),
        onChanged: () => {},
      };
      const names = { displayName: 'Northwind', customer: 'Northwind Group' };
      // A source that nobody has chosen would be a problem of its own.
      const change = readTenantChange({ ...names, source });
      await registerTenant(deps, tenantId, change, 'scenario');
      return tenantId;
    },
  };
}

export interface Crowd {
  world: World;
  ids: TenantId[];
  sourceOf: Customers['sourceOf'];
  /** One after the other, so that what happens to the first is known to the next. */
  open(): Collector;
}

/** The world's own tenant and others, whose sources take turns. */
export async function createCrowd(
  cloud: ScenarioCloud,
  customers: Customers,
  size: number,
  sources: readonly SourceName[] = [defaultSource()],
): Promise<Crowd> {
  const world = await cloud.createWorld();
  seedIncidents(world, 3, spreadOver(world, 10, 3));
  const ids = [world.tenantId];
  while (ids.length < size) ids.push(await customers.add(world, 3, sources[ids.length % sources.length]));
  world.control.clearLog();
  const open = (): Collector => {
    const collector = createCollector(world);
    collector.deps.tenantConcurrency = 1;
    return collector;
  };
  return { world, ids, sourceOf: customers.sourceOf, open };
}

export async function expectAllIntact({ world, ids, sourceOf }: Omit<Crowd, 'open'>): Promise<void> {
  for (const tenantId of ids) {
    const source = sourceOf(tenantId);
    await expectIntact(
      { ...world, source, tenantId, polls: [] },
      { others: ids.filter((other) => other !== tenantId) },
    );
    expect(await readState({ ...world, tenantId })).toMatchObject({ failedPolls: 0, lastError: undefined });
  }
}
