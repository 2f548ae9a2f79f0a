import type { TrendQuery } from '../domain/queries/trend-query.ts';
import { allStates } from '../domain/rows/row-keys.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { SHARDS, shardOf } from '../domain/values/tenant-id.ts';
import { toTrend, type Trend } from '../domain/views/trend-view.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import type { QueryDeps } from './query-incidents.ts';
import { resolveTenants } from './resolve-tenants.ts';

const COLUMNS = ['tenantId', 'status', 'created'] as const;

/** How many incidents were created on each day: counted when they were stored, so it costs one request a partition and 1,000 tenants. */
export async function getTrend({ incidents, names, coverage }: QueryDeps, query: TrendQuery): Promise<Trend> {
  const tenantIds = await resolveTenants({ names, coverage }, query);
  // First: what it promises must already be counted when the counts are read.
  const covered = await coverage.read(tenantIds);
  const shards = tenantIds === undefined ? SHARDS : [...new Set(tenantIds.map(shardOf))];
  const rows = await Promise.all(shards.map((shard) => listAllRows(incidents, shard, allStates, COLUMNS)));
  const asked = tenantIds === undefined ? undefined : new Set(tenantIds);
  const states = rows
    .flat()
    .map(({ properties }) => readStateRow(properties))
    .filter(({ tenantId, status }) => status !== 'purging' && (asked?.has(tenantId) ?? true));
  const records = await names.read(states.map(({ tenantId }) => tenantId));
  const tenants = states.map(({ tenantId, created }) => {
    const record = records.get(tenantId);
    return { tenantId, tenantName: record?.displayName ?? null, customer: record?.customer ?? null, created };
  });
  return { ...toTrend(tenants, query, incidents.serviceTime()), coverage: covered };
}
