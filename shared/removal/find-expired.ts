import { changeLogCutoff, OVERDUE_AFTER } from '../domain/removal/retention.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { allStates, changeLogRange, listRange } from '../domain/rows/row-keys.ts';
import { allTenants } from '../domain/tenants/tenant-record.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { readTenantId, type TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

export interface FindDeps {
  incidents: Table;
  tenants: Table;
  /** Incidents last updated before are too old; `undefined`: none are. */
  cutoff: Ticks | undefined;
  /** Of this partition every tenant is visited, in whatever lists its incidents are. */
  wholeShard: string | undefined;
}

/** What the clean-up has to do in one partition. */
export interface ExpiredRows {
  shard: string;
  /** With incidents that are too old, or that an earlier run has marked; those that wait longest first. */
  tenantIds: TenantId[];
  /** In the registry without a state row. */
  erased: TenantId[];
  /** Of these, how many nobody has deleted: nothing polls them, so that no tick can tell. */
  stateless: number;
  hasOldLog: boolean;
  /** Incidents that a whole day of clean-ups has left; at least, where the look ended before. */
  overdueIncidents: number;
  isLogOverdue: boolean;
}

/** Looks at one partition: its states, the end of its feed, the beginning of its log, its part of the registry. */
export async function findExpired(deps: FindDeps, shard: string): Promise<ExpiredRows> {
  const { incidents, tenants } = deps;
  const rows = await listAllRows(incidents, shard, allStates, ['tenantId', 'status', 'expiring']);
  const states = rows.map(({ properties }) => readStateRow(properties));
  const visited = states.filter(({ expiring }) => expiring.length > 0 || shard === deps.wholeShard);
  const feed = await readFeed(deps, shard);
  const registered = await listAllRows(tenants, shard, allTenants, ['v', 'deletedAt']);
  const known = new Set<string>(states.map(({ tenantId }) => tenantId));
  const unknown = registered.filter(({ rowKey }) => !known.has(rowKey));
  const ids = new Set([...feed.overdue, ...visited.map(({ tenantId }) => tenantId), ...feed.others]);
  const purging = new Set(states.filter(({ status }) => status === 'purging').map(({ tenantId }) => tenantId));
  return {
    shard,
    tenantIds: [...ids].filter((tenantId) => !purging.has(tenantId)),
    erased: unknown.map(({ rowKey }) => readTenantId(rowKey)).filter((tenantId) => tenantId !== undefined),
    stateless: unknown.filter(({ properties }) => textColumn(properties, 'deletedAt') === null).length,
    overdueIncidents: feed.overdueIncidents,
    ...(await lookAtLog(incidents, shard)),
  };
}

/** A thousand incidents each; what is behind them is seen when these are gone. */
const MAX_FEED_PAGES = 100;

interface OldFeed {
  overdue: Set<TenantId>;
  others: Set<TenantId>;
  overdueIncidents: number;
}

/** The tenants with expired incidents in the feed: a few requests for all tenants, most of which have none today. */
async function readFeed({ incidents, cutoff }: FindDeps, shard: string): Promise<OldFeed> {
  const old: OldFeed = { overdue: new Set(), others: new Set(), overdueIncidents: 0 };
  if (cutoff === undefined) return old;
  const range = listRange('F', 0n, cutoff);
  const overdueFrom = listRange('F', 0n, cutoff - OVERDUE_AFTER).from;
  let next: string | undefined;
  for (let page = 1; page <= MAX_FEED_PAGES; page += 1) {
    const answer = await incidents.list(shard, range, { select: ['tenantId'], ...(next !== undefined && { next }) });
    for (const { rowKey, properties } of answer.rows) {
      const isOverdue = rowKey >= overdueFrom;
      if (isOverdue) old.overdueIncidents += 1;
      const tenantId = readTenantId(properties['tenantId']);
      if (tenantId !== undefined) (isOverdue ? old.overdue : old.others).add(tenantId);
    }
    ({ next } = answer);
    if (next === undefined) break;
  }
  return old;
}

/** The oldest entry is enough. */
async function lookAtLog(table: Table, shard: string): Promise<Pick<ExpiredRows, 'hasOldLog' | 'isLogOverdue'>> {
  const cutoff = changeLogCutoff(table.serviceTime());
  const { rows } = await table.list(shard, changeLogRange(0n, cutoff), { top: 1, select: ['tenantId'] });
  const oldest = rows[0]?.rowKey;
  const isLogOverdue = oldest !== undefined && oldest < changeLogRange(0n, cutoff - OVERDUE_AFTER).to;
  return { hasOldLog: oldest !== undefined, isLogOverdue };
}
