import { stringify } from 'csv-stringify/sync';
import type { CampaignTenantView, CampaignView } from './campaign-view.ts';
import type { FoundIncident, FoundMatch, Searched } from './search-view.ts';

const INCIDENT_COLUMNS = [
  'tenantName',
  'customer',
  'tenantId',
  'incidentId',
  'name',
  'severity',
  'status',
  'createdTime',
] as const satisfies readonly (keyof FoundIncident)[];

const MATCH_COLUMNS = [
  'kind',
  'value',
  'exact',
  'verdict',
  'remediation',
  'alertId',
  'firstSeen',
  'lastSeen',
] as const satisfies readonly (keyof FoundMatch)[];

/**
 * One row for each match; as in the list of incidents, a cell that a spreadsheet would run as a formula gets an apostrophe in
 * front.
 */
export function toSearchCsv(incidents: readonly FoundIncident[]): string {
  return write([...INCIDENT_COLUMNS, ...MATCH_COLUMNS], incidents.flatMap(toRows));
}

/** What is found of one value of a list. */
interface ValueFound {
  value: string;
  incidents: readonly FoundIncident[];
  isCut: boolean;
  searched: Pick<Searched, 'kinds'>;
}

/** Each value has a row at least: one that is left out would look like one that nobody asked for. */
export function toBatchCsv(answers: readonly ValueFound[]): string {
  const rows = answers.flatMap(({ value, incidents, isCut, searched: { kinds } }) => {
    const own = [value, kinds.join(' '), String(incidents.length), String(isCut)];
    const found = incidents.flatMap(toRows);
    return (found.length === 0 ? [[]] : found).map((cells) => [...own, ...cells]);
  });
  const columns = ['sought', 'searchedKinds', 'incidents', 'isCut', ...INCIDENT_COLUMNS, ...MATCH_COLUMNS];
  return write(
    columns,
    rows.map((row) => columns.map((_, at) => row[at] ?? '')),
  );
}

function toRows(incident: FoundIncident): string[][] {
  return incident.matches.map((match) => [
    ...INCIDENT_COLUMNS.map((column) => incident[column] ?? ''),
    ...MATCH_COLUMNS.map((column) => String(match[column] ?? '')),
  ]);
}

function write(columns: readonly string[], rows: string[][]): string {
  return stringify(rows, {
    columns: columns.map((key) => ({ key })),
    header: true,
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}

const CAMPAIGN_COLUMNS = [
  'value',
  'kinds',
  'verdict',
  'customerCount',
  'incidentCount',
  'firstSeen',
  'lastSeen',
  'trend',
  'isCut',
  'leftOut',
];
const TENANT_COLUMNS = [
  'tenantName',
  'customer',
  'tenantId',
  'tenantVerdict',
  'tenantFirstSeen',
  'tenantLastSeen',
  'tenantIncidentCount',
  'incidentIds',
];

/** One row for each tenant that has it; as in the list of incidents, a cell that a spreadsheet would run gets an apostrophe in front. */
export function toCampaignCsv(campaigns: readonly CampaignView[]): string {
  const rows = campaigns.flatMap((campaign) =>
    campaign.tenants.map((tenant) => [...campaignCells(campaign), ...tenantCells(tenant)].map((cell) => cell ?? '')),
  );
  return write([...CAMPAIGN_COLUMNS, ...TENANT_COLUMNS], rows);
}

const LIST = '; ';

function campaignCells(campaign: CampaignView): (string | null)[] {
  const { value, kinds, verdict, customerCount, incidentCount, firstSeen, lastSeen, trend, isCut, leftOut } = campaign;
  const counts = [customerCount, incidentCount].map(String);
  return [value, kinds.join(LIST), verdict, ...counts, firstSeen, lastSeen, trend.direction, String(isCut), leftOut];
}

function tenantCells(tenant: CampaignTenantView): (string | null)[] {
  const { tenantName, customer, tenantId, verdict, firstSeen, lastSeen, incidentCount, incidentIds } = tenant;
  return [tenantName, customer, tenantId, verdict, firstSeen, lastSeen, String(incidentCount), incidentIds.join(LIST)];
}
