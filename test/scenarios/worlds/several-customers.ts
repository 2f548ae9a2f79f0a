import { readCampaignQuery } from '../../../shared/domain/queries/campaign-query.ts';
import { readSearchQuery } from '../../../shared/domain/queries/search-query.ts';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { SHARDS, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { followChanges } from '../../../shared/campaigns/follow-changes.ts';
import { listCampaigns, type CampaignList } from '../../../shared/campaigns/list-campaigns.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import type { QueryDeps } from '../../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { searchIncidents } from '../../../shared/searching/search-incidents.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { registerTenant } from '../../../shared/tenants/register-tenant.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { asTable, createTableState, type TableState } from '../../simulation/basics/sim-table.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import type { ScenarioCloud, World } from '../cloud/scenario-cloud.ts';

export interface SeveralCustomers {
  world: World;
  collector: Collector;
  /** The first of them is the world's own. */
  tenantIds: readonly TenantId[];
  /** Incidents that have it, as `customer/incident`, by the customer's place here. */
  search(query: string): Promise<string[]>;
  /** The same search, in a copy of the rows of now: many searches cost an emulator the requests of one. */
  copyForSearch(): Promise<SeveralCustomers['search']>;
  /** What the follower knows two minutes from now. */
  campaigns(query?: string): Promise<CampaignList>;
}

const ROLES = ['Incident.Read.All', 'SecurityIncident.Read.All'];

/** A world of several customers in the tables of one collector; of the others than its own, `sources` take turns. */
export async function createCustomers(
  cloud: ScenarioCloud,
  count: number,
  sources: readonly SourceName[] = [defaultSource()],
): Promise<SeveralCustomers> {
  const world = await cloud.createWorld(sources[0]);
  const { control, time } = world;
  const [incidents, tenants] = [world.incidents.table, world.tenants.table];
  const tenantControl = createTenantControl({
    incidents,
    clock: time,
    defaultSource: 'defender',
    providers: { defender: undefined, graph: undefined },
  });
  const register = { incidents, tenants, control: tenantControl, audit: createAuditLog(world.audit.table) };
  const others = Array.from({ length: count - 1 }, (_, at) => tenantNumber(7_000 + at));
  for (const [at, tenantId] of others.entries()) {
    const source = sources[(at + 1) % sources.length];
    control.addTenant({ tenantId, domain: `${tenantId.slice(-8)}.example`, roles: ROLES });
    const change = readTenantChange({ displayName: `Customer ${tenantId.slice(-4)}`, source });
    await registerTenant({ ...register, defaultSource: 'defender', onChanged: () => {} }, tenantId, change, 'scenario');
  }
  const tenantIds = [world.tenantId, ...others];
  /** Nothing that was read of tenants is kept. */
  const open = (from = incidents): QueryDeps => {
    const names = createTenantNames(tenants, time);
    const settings = { intervalSeconds: 300, quietIntervalMinutes: 5 };
    return { incidents: from, names, coverage: createCoverageReader(from, names, settings, time) };
  };
  const searchIn = async (deps: QueryDeps, query: string): Promise<string[]> => {
    const found = await searchIncidents(deps, readSearchQuery(new URLSearchParams(query)));
    return found.incidents
      .map(({ tenantId, incidentId }) => `${tenantIds.findIndex((one) => one === tenantId)}/${incidentId}`)
      .sort();
  };
  return {
    world,
    collector: createCollector(world),
    tenantIds,
    search: (query) => searchIn(open(), query),
    copyForSearch: async () => {
      const copy = asTable(await copyRows(incidents, time.nowMs()), incidents.serviceTime);
      return (query) => searchIn(open(copy), query);
    },
    campaigns: async (query = '') => {
      time.advance(120_000);
      await followChanges({ incidents, clock: time, log: () => {}, budgetMs: 420_000, endMs: 540_000 });
      return listCampaigns(open(), readCampaignQuery(new URLSearchParams(query), incidents.serviceTime()));
    },
  };
}

async function copyRows(from: Table, nowMs: number): Promise<TableState> {
  const copy = createTableState();
  const partitions = await Promise.all(SHARDS.map((shard) => listAllRows(from, shard, ALL_KEYS)));
  for (const [at, rows] of partitions.entries())
    for (const { rowKey, properties } of rows)
      copy.apply(SHARDS[at] ?? '', [{ kind: 'insert', rowKey, properties }], nowMs);
  return copy;
}

const ALL_KEYS = { from: '', to: '~' };
