import { followChanges } from '../../shared/campaigns/follow-changes.ts';
import { exportCampaigns, type CampaignExport } from '../../shared/campaigns/export-campaigns.ts';
import { listCampaigns, type CampaignList } from '../../shared/campaigns/list-campaigns.ts';
import { CAMPAIGN_PARTITION } from '../../shared/domain/campaigns/campaign-rows.ts';
import type { Alert, Entity } from '../../shared/domain/incidents/incident.ts';
import { readCampaignQuery, type CampaignQuery } from '../../shared/domain/queries/campaign-query.ts';
import type { RowProperties } from '../../shared/domain/values/table-row.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import type { CampaignView } from '../../shared/domain/views/campaign-view.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import type { QueryDeps } from '../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { anAlert, anIncident, seedIncidents } from '../helpers/seed.ts';
import type { MemoryTable } from '../helpers/tables/memory-table.ts';

const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

export const FOLLOW = { clock, log: () => {}, budgetMs: 420_000, endMs: 540_000 };

/** What a follower does two minutes later: by then whatever was stored is in the log for good. */
export async function followLater(incidents: MemoryTable, table: Table = incidents): Promise<void> {
  incidents.advance(120);
  await followChanges({ ...FOLLOW, incidents: table });
}

export const listAll = async (incidents: Table, tenants: Table, query = ''): Promise<CampaignList> =>
  listCampaigns(...open(incidents, tenants, query));

export const exportAll = (incidents: Table, tenants: Table): Promise<CampaignExport> =>
  exportCampaigns(...open(incidents, tenants, 'format=csv'));

function open(incidents: Table, tenants: Table, query: string): [QueryDeps, CampaignQuery] {
  const names = createTenantNames(tenants, clock);
  const settings = { intervalSeconds: 300, quietIntervalMinutes: 5 };
  const coverage = createCoverageReader(incidents, names, settings, clock);
  const asked = readCampaignQuery(new URLSearchParams(query), incidents.serviceTime());
  return [{ incidents, names, coverage }, asked];
}

/** A campaign as `value: tenants`, the newest sighting first. */
export const shown = ({ campaigns }: CampaignList): string[] =>
  campaigns.map(({ value, tenants }: CampaignView) => {
    const numbers = tenants.map(({ tenantId }) => Number(tenantId.slice(-12)));
    return `${value}: ${numbers.sort((a, b) => a - b).join(' ')}`;
  });

export const entity = (type: string, fields: object, verdict: string | null = 'malicious'): Entity => ({
  ...fields,
  type,
  verdict,
});

/** Stores a version of an incident whose one alert has this evidence. */
export async function seedEvidence(
  table: Table,
  tenantId: TenantId,
  [incidentId, at]: readonly [incidentId: string, at: string],
  entities: readonly Entity[],
  fields: Partial<Alert> = {},
): Promise<void> {
  const alert: Alert = { ...anAlert(incidentId, `a-${incidentId}`), entities: [...entities], ...fields };
  await seedIncidents(table, tenantId, [anIncident(incidentId, at)], [alert]);
}

/** The rows of campaigns as they say it: without what says only when somebody looked. */
export function campaignRows(incidents: MemoryTable): Map<string, RowProperties> {
  const rows = [...incidents.rows(CAMPAIGN_PARTITION)].filter(([rowKey]) => rowKey !== 'follower');
  return new Map(
    rows
      .map(([rowKey, { checkedAt: _, ...properties }]) => [rowKey, properties] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
