import { allHomes, CAMPAIGN_PARTITION, readHomeRow, type CampaignHome } from '../domain/campaigns/campaign-rows.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { forgetOwnDomains } from './own-domains.ts';
import { settleCampaign } from './settle-campaign.ts';

/**
 * For whoever has taken incidents of a tenant out of the index: takes them out of the campaigns. To be called before the last row
 * that leads to them goes, so that who dies in between does it again.
 */
export type LeaveCampaigns = (tenantId: TenantId, encodedValues: ReadonlySet<string>) => Promise<void>;

/** For one run, which asks once what is a campaign: one that begins meanwhile is looked at again within the hour. */
export function createLeaveCampaigns(incidents: Table): LeaveCampaigns {
  let homes: Promise<CampaignHome[]> | undefined;
  return async (tenantId, encodedValues) => {
    if (encodedValues.size === 0) return;
    homes ??= listHomes(incidents);
    for (const { encodedValue, tenants } of await homes)
      if (tenants.has(tenantId) && encodedValues.has(encodedValue)) await settleCampaign(incidents, encodedValue);
  };
}

/** All that an erased tenant is in, with what was known of its domains. */
export async function leaveAllCampaigns(incidents: Table, tenantId: TenantId): Promise<void> {
  for (const { encodedValue, tenants } of await listHomes(incidents))
    if (tenants.has(tenantId)) await settleCampaign(incidents, encodedValue);
  await forgetOwnDomains(incidents, tenantId);
}

async function listHomes(incidents: Table): Promise<CampaignHome[]> {
  return (await listAllRows(incidents, CAMPAIGN_PARTITION, allHomes, ['tenants'])).map(readHomeRow);
}
