import {
  CAMPAIGN_PARTITION,
  campaignsSince,
  FOLLOWER_KEY,
  readCampaignRow,
  readFollowerRow,
  type StoredCampaign,
} from '../domain/campaigns/campaign-rows.ts';
import { LEFT_OUT_REASONS, type LeftOutReason } from '../domain/campaigns/noise.ts';
import { toCampaignCursor, type CampaignFilter, type CampaignQuery } from '../domain/queries/campaign-query.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { toCampaignView, toPresent, type CampaignView } from '../domain/views/campaign-view.ts';
import type { Coverage } from '../domain/views/coverage.ts';
import type { SearchedPlace } from '../domain/views/search-view.ts';
import type { Table } from '../ports/table.ts';
import type { QueryDeps } from '../querying/query-incidents.ts';
import { resolveTenants } from '../querying/resolve-tenants.ts';
import { readPlace } from '../searching/search-incidents.ts';

export interface CampaignList {
  campaigns: CampaignView[];
  cursor: string | null;
  /** Last seen at this time or later. */
  since: string;
  /** What was stored before then is in the list; `null`: nothing is, as nobody has looked yet. */
  through: string | null;
  /** What this page passed over as noise. */
  leftOut: { reason: LeftOutReason; count: number }[];
  coverage: Coverage;
  searched: SearchedPlace;
}

/** Requests of one page, beside answers without a row: a filter that few meet makes it short. */
const MAX_REQUESTS = 4;
const ROWS_A_REQUEST = 500;

/** One page of what several customers have in common, the newest sighting first. */
export async function listCampaigns(deps: QueryDeps, query: CampaignQuery): Promise<CampaignList> {
  const { incidents, coverage } = deps;
  const { filter, pageSize } = query;
  const tenantIds = await resolveTenants(deps, filter);
  const { coverage: covered, place } = await readPlace(deps, tenantIds);
  const through = readFollowerRow(await incidents.get(CAMPAIGN_PARTITION, FOLLOWER_KEY));
  const present = toPresent(await coverage.known(KEPT_MS));
  const now = incidents.serviceTime();
  const campaigns: CampaignView[] = [];
  const counts = new Map<LeftOutReason, number>();
  let [after, isMore] = [query.after, false];
  for await (const { row, isLast } of readRows(incidents, query)) {
    const campaign = readCampaignRow(row);
    const view = isAsked(campaign, filter, tenantIds) ? toCampaignView(campaign, present, now) : undefined;
    after = row.rowKey;
    isMore = !isLast;
    if (view === undefined) continue;
    if (view.leftOut === null || filter.all) campaigns.push(view);
    else counts.set(view.leftOut, (counts.get(view.leftOut) ?? 0) + 1);
    if (campaigns.length === pageSize) break;
  }
  return {
    campaigns,
    cursor: isMore ? toCampaignCursor(query, after) : null,
    since: formatTicks(filter.since),
    through: through === undefined ? null : formatTicks(through),
    leftOut: LEFT_OUT_REASONS.flatMap((reason) => {
      const count = counts.get(reason);
      return count === undefined ? [] : [{ reason, count }];
    }),
    coverage: covered,
    searched: place,
  };
}

/** As old as what the coverage speaks of. */
const KEPT_MS = 60_000;

interface ReadRow {
  row: StoredRow;
  /** Nothing follows it. */
  isLast: boolean;
}

async function* readRows(incidents: Table, { filter, after }: CampaignQuery): AsyncGenerator<ReadRow> {
  const range = campaignsSince(filter.since, after);
  let next: string | undefined;
  for (let requests = 0; requests < MAX_REQUESTS;) {
    const options = { top: ROWS_A_REQUEST, ...(next !== undefined && { next }) };
    const page = await incidents.list(CAMPAIGN_PARTITION, range, options);
    for (const [at, row] of page.rows.entries())
      yield { row, isLast: page.next === undefined && at === page.rows.length - 1 };
    ({ next } = page);
    if (next === undefined) return;
    // The service may cut an answer before its first row.
    if (page.rows.length > 0) requests += 1;
  }
}

function isAsked(
  { kinds, tenants }: StoredCampaign,
  { kind, tenantId, incidentId }: CampaignFilter,
  tenantIds: readonly TenantId[] | undefined,
): boolean {
  if (kind !== undefined && !kinds.includes(kind)) return false;
  if (incidentId !== undefined)
    return tenants.some(
      (tenant) => tenant.tenantId === tenantId && tenant.incidents.some((one) => one.incidentId === incidentId),
    );
  return tenantIds === undefined || tenants.some((tenant) => tenantIds.includes(tenant.tenantId));
}
