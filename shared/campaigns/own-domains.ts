import { allOwnDomains, CAMPAIGN_PARTITION, ownDomainKey } from '../domain/campaigns/campaign-rows.ts';
import { ROW_VERSION } from '../domain/rows/incident-rows.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import { deleteIfPresent } from '../tables/delete-if-present.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

export interface OwnDomain {
  domain: string;
  tenantId: TenantId;
}

/** Remembers domains of customers' own accounts; one that is known costs nothing but its part of a list. */
export async function saveOwnDomains(incidents: Table, domains: readonly OwnDomain[]): Promise<void> {
  if (domains.length === 0) return;
  const rows = await listAllRows(incidents, CAMPAIGN_PARTITION, allOwnDomains, ['tenantId']);
  const known = new Set(rows.map(({ rowKey }) => rowKey));
  for (const { domain, tenantId } of domains) {
    const rowKey = ownDomainKey(domain, tenantId);
    if (known.has(rowKey)) continue;
    known.add(rowKey);
    if (!(await isKept(incidents, tenantId))) continue;
    await incidents.transact(CAMPAIGN_PARTITION, [
      { kind: 'upsert', rowKey, properties: { v: ROW_VERSION, tenantId } },
    ]);
    // An erasure that began meanwhile may have passed already.
    if (!(await isKept(incidents, tenantId))) await deleteIfPresent(incidents, CAMPAIGN_PARTITION, { rowKey });
  }
}

async function isKept(incidents: Table, tenantId: TenantId): Promise<boolean> {
  const row = await incidents.get(shardOf(tenantId), stateKey(tenantId));
  return row !== undefined && readStateRow(row.properties).status !== 'purging';
}

export async function forgetOwnDomains(incidents: Table, tenantId: TenantId): Promise<void> {
  const rows = await listAllRows(incidents, CAMPAIGN_PARTITION, allOwnDomains, ['tenantId']);
  for (const { rowKey, properties } of rows)
    if (properties['tenantId'] === tenantId) await deleteIfPresent(incidents, CAMPAIGN_PARTITION, { rowKey });
}
