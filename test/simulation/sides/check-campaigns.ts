import { readCampaignRow } from '../../../shared/domain/campaigns/campaign-rows.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';

export interface Evidence {
  value: string;
  /** In the source's word. */
  verdict: string;
}

/** What the last version of an incident holds. */
export interface Sighted {
  tenantId: TenantId;
  incidentId: string;
  evidence: readonly Evidence[];
}

interface CampaignRow {
  rowKey: string;
  properties: RowProperties;
}

/** The campaigns are what the incidents hold: told without the production code, as far as it goes beyond reading a row. */
export function checkCampaigns(truth: readonly Sighted[], rows: readonly CampaignRow[]): string[] {
  const shown = rows.filter(({ rowKey }) => rowKey.startsWith('L!')).map(describeRow);
  const homes = rows.filter(({ rowKey }) => rowKey.startsWith('V!')).map(({ rowKey }) => rowKey.slice('V!'.length));
  const expected = expectCampaigns(truth);
  const problems: string[] = [];
  if (shown.sort().join('; ') !== [...expected.values()].sort().join('; '))
    problems.push(`campaigns are ${shown.join('; ')} instead of ${[...expected.values()].join('; ')}`);
  if (homes.sort().join() !== [...expected.keys()].sort().join())
    problems.push(`values of campaigns are ${homes.join()} instead of ${[...expected.keys()].join()}`);
  return problems;
}

function describeRow({ properties }: CampaignRow): string {
  const { value, tenants } = readCampaignRow({ rowKey: '', etag: '', writtenAtMs: 0, properties });
  const places = tenants.flatMap(({ tenantId, incidents }) => incidents.map((one) => `${tenantId}/${one.incidentId}`));
  return `${value}: ${places.sort().join(' ')}`;
}

const BAD = ['Malicious', 'Suspicious'];

/** By value: where it is, if it is malicious or suspicious at two tenants. All happens within the hour. */
function expectCampaigns(truth: readonly Sighted[]): Map<string, string> {
  const values = new Set(truth.flatMap(({ evidence }) => evidence.map(({ value }) => value)));
  const campaigns = new Map<string, string>();
  for (const value of values) {
    const having = truth.filter(({ evidence }) => evidence.some((one) => one.value === value));
    const isBadIn = ({ evidence }: Sighted): boolean =>
      evidence.some((one) => one.value === value && BAD.includes(one.verdict));
    if (new Set(having.filter(isBadIn).map(({ tenantId }) => tenantId)).size < 2) continue;
    const places = having.map(({ tenantId, incidentId }) => `${tenantId}/${incidentId}`);
    campaigns.set(value, `${value}: ${places.sort().join(' ')}`);
  }
  return campaigns;
}
