import { isOfSeverity, toChangeCursor, type ChangeFilter, type ChangeQuery } from '../domain/queries/change-query.ts';
import { shardStreams, type ListMark } from '../domain/queries/list-position.ts';
import { readChangeLogRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import type { RowProperties, StoredRow } from '../domain/values/table-row.ts';
import { readTenantId, SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks, maxTicks, minTicks, TICKS_PER_MINUTE, type Ticks } from '../domain/values/ticks.ts';
import type { ChangeList, ShownChange } from '../domain/views/change-list.ts';
import type { Table } from '../ports/table.ts';
import type { CoverageReader } from './coverage-reader.ts';
import { readMergedPage, type MergedQuery } from './read-merged-page.ts';
import { resolveTenants } from './resolve-tenants.ts';
import type { TenantNames } from './tenant-names.ts';

export interface ChangeDeps {
  incidents: Table;
  names: TenantNames;
  coverage: CoverageReader;
}

/** Twice what a commit may take before its entries are logged again. */
export const BEHIND_CLOCK: Ticks = TICKS_PER_MINUTE;

/** One page of what was stored since then, oldest first. */
export async function listChanges({ incidents, names, coverage }: ChangeDeps, query: ChangeQuery): Promise<ChangeList> {
  const { filter, pageSize, start } = query;
  const tenantIds = await resolveTenants({ names, coverage }, filter);
  // First: what it promises must already be logged when the list is read; and its response sets the service's clock.
  const covered = await coverage.read(tenantIds, filter.since);
  const through = query.through ?? maxTicks(filter.since, incidents.serviceTime() - BEHIND_CLOCK);
  const selected = selectRows(filter, tenantIds);
  const page = await readMergedPage(incidents, { ...selected, since: filter.since, before: through, pageSize }, start);
  return {
    changes: await toShown(names, page.rows),
    cursor: page.next === undefined ? null : toChangeCursor(filter, through, page.next),
    through: formatTicks(page.next === undefined ? through : reachedBy(page.next, filter.since, through)),
    coverage: covered,
  };
}

type Selection = Pick<MergedQuery, 'streams' | 'isFiltered' | 'matches'>;

function selectRows(filter: ChangeFilter, tenantIds: readonly TenantId[] | undefined): Selection {
  const matches = (row: RowProperties): boolean =>
    row['quiet'] !== true && isOfSeverity(filter, textColumn(row, 'severity') ?? 'unknown');
  if (tenantIds === undefined)
    return { streams: shardStreams('C'), isFiltered: filter.severity !== undefined, matches };
  const wanted = new Set<string | null>(tenantIds);
  const shards = SHARDS.filter((shard) => tenantIds.some((tenantId) => shardOf(tenantId) === shard));
  return {
    streams: shardStreams('C', shards),
    isFiltered: true,
    matches: (row) => wanted.has(textColumn(row, 'tenantId')) && matches(row),
  };
}

/** A position begins with the time of its row; others of the same time may follow it. */
export function reachedBy({ position }: ListMark, since: Ticks, through: Ticks): Ticks {
  return position === '' ? since : minTicks(through, BigInt(position.slice(0, position.indexOf('!'))));
}

async function toShown(names: TenantNames, rows: readonly StoredRow[]): Promise<ShownChange[]> {
  const changes = rows.map(({ properties }) => readChangeLogRow(properties));
  const owners = changes.map(({ tenantId }) => readTenantId(tenantId)).filter((owner) => owner !== undefined);
  const records = await names.read(owners);
  const nameOf = new Map<string, string | null>([...records].map(([id, { displayName }]) => [id, displayName]));
  return changes.map(({ storedAt, tenantId, ...change }) => ({
    storedAt,
    tenantId,
    tenantName: nameOf.get(tenantId) ?? null,
    ...change,
  }));
}
