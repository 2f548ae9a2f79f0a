import { readCampaignQuery } from '../../../shared/domain/queries/campaign-query.ts';
import { readSearchQuery } from '../../../shared/domain/queries/search-query.ts';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { followChanges } from '../../../shared/campaigns/follow-changes.ts';
import { listCampaigns, type CampaignList } from '../../../shared/campaigns/list-campaigns.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import type { QueryDeps } from '../../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { searchIncidents } from '../../../shared/searching/search-incidents.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { registerTenant } from '../../../shared/tenants/register-tenant.ts';
import { tenantNumber } from '../../helpers/seed.ts';
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
  const open = (): QueryDeps => {
    const names = createTenantNames(tenants, time);
    const settings = { intervalSeconds: 300, quietIntervalMinutes: 5 };
    return { incidents, names, coverage: createCoverageReader(incidents, names, settings, time) };
  };
  return {
    world,
    collector: createCollector(world),
    tenantIds,
    search: async (query) => {
      const found = await searchIncidents(open(), readSearchQuery(new URLSearchParams(query)));
      return found.incidents
        .map(({ tenantId, incidentId }) => `${tenantIds.findIndex((one) => one === tenantId)}/${incidentId}`)
        .sort();
    },
    campaigns: async (query = '') => {
      time.advance(120_000);
      await followChanges({ incidents, clock: time, log: () => {}, budgetMs: 420_000, endMs: 540_000 });
      return listCampaigns(open(), readCampaignQuery(new URLSearchParams(query), incidents.serviceTime()));
    },
  };
}
