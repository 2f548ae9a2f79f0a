import { observeIncident } from '../domain/observables/observe-incident.ts';
import { readAlertRow, readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { alertRange, encodeValue, incidentKey } from '../domain/rows/row-keys.ts';
import { badValues, NOTHING_TOLD, ownDomains, readTold, type Told } from '../domain/observables/told.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { readTenantId, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

/** What entries in the log of changes tell, over all of them. */
export interface News {
  bad: Set<string>;
  gone: Set<string>;
  ownDomains: { domain: string; tenantId: TenantId }[];
}

const READ_AT_ONCE = 4;

/** Entries that do not say what they brought are those of before there were campaigns: their incidents are asked, two requests each. */
export async function readNews(incidents: Table, rows: readonly StoredRow[]): Promise<News> {
  const news: News = { bad: new Set(), gone: new Set(), ownDomains: [] };
  const silent = new Map<string, [tenantId: TenantId, incidentId: string]>();
  for (const { properties } of rows) {
    const tenantId = readTenantId(properties['tenantId']);
    if (tenantId === undefined) continue;
    const told = readTold(properties);
    const incidentId = textColumn(properties, 'incidentId') ?? '';
    if (told === undefined) silent.set(incidentKey(tenantId, incidentId), [tenantId, incidentId]);
    else add(news, tenantId, told);
  }
  await mapLimited([...silent.values()], READ_AT_ONCE, async ([tenantId, incidentId]) => {
    add(news, tenantId, await askIncident(incidents, tenantId, incidentId));
  });
  return news;
}

function add(news: News, tenantId: TenantId, { bad, gone, ownDomains: domains }: Told): void {
  for (const value of bad) news.bad.add(value);
  for (const value of gone) news.gone.add(value);
  news.ownDomains.push(...domains.map((domain) => ({ domain, tenantId })));
}

async function askIncident(incidents: Table, tenantId: TenantId, incidentId: string): Promise<Told> {
  const row = await incidents.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (row === undefined || row.properties['expiring'] === true) return NOTHING_TOLD;
  const { incident, generation } = readIncidentRow(row.properties);
  const rows = await listAllRows(incidents, shardOf(tenantId), alertRange(tenantId, incidentId, generation));
  const alerts = rows.map(({ properties }) => readAlertRow(properties));
  return {
    bad: badValues(observeIncident(incident, alerts).found).map(encodeValue),
    gone: [],
    ownDomains: ownDomains(incident, alerts),
  };
}
