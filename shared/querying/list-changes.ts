import { isOfSeverity, toChangeCursor, type ChangeFilter, type ChangeQuery } from '../domain/queries/change-query.ts';
import { shardStreams, type ListMark } from '../domain/queries/list-position.ts';
import { readChangeLogRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import type { RowProperties, StoredRow } from '../domain/values/table-row.ts';
import { readTenantId, SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks, maxTicks, minTicks, TICKS_PER_MINUTE, type Ticks } from '../domain/values/ticks.ts';
import type { ChangeList, FirstRead, ShownChange } from '../domain/views/change-list.ts';
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
  const { isFolded, ...selected } = selectRows(filter, tenantIds);
  const page = await readMergedPage(incidents, { ...selected, since: filter.since, before: through, pageSize }, start);
  return {
    changes: await toShown(names, page.rows),
    ...(filter.foldsFirstReads && { firstReads: await toFirstReads(names, page.passed, isFolded) }),
    cursor: page.next === undefined ? null : toChangeCursor(filter, through, page.next),
    through: formatTicks(page.next === undefined ? through : reachedBy(page.next, filter.since, through)),
    coverage: covered,
  };
}

interface Selection extends Pick<MergedQuery, 'streams' | 'isFiltered' | 'isSparse' | 'select' | 'matches'> {
  /** Is counted instead of listed. */
  isFolded(row: RowProperties): boolean;
}

/** The rest of an entry is for whoever looks for campaigns, and the larger part of it. */
const SHOWN_COLUMNS = [
  'storedAt',
  'tenantId',
  'incidentId',
  'name',
  'severity',
  'status',
  'lastUpdateTime',
  'kind',
  'backfill',
  'changes',
  'quiet',
] as const;

function selectRows(filter: ChangeFilter, tenantIds: readonly TenantId[] | undefined): Selection {
  const wanted = tenantIds === undefined ? undefined : new Set<string | null>(tenantIds);
  const since = formatTicks(filter.since);
  const isAskedFor = (row: RowProperties): boolean =>
    row['quiet'] !== true &&
    (wanted?.has(textColumn(row, 'tenantId')) ?? true) &&
    isOfSeverity(filter, textColumn(row, 'severity') ?? 'unknown');
  const isFolded = (row: RowProperties): boolean => filter.foldsFirstReads && isPast(row, since) && isAskedFor(row);
  return {
    streams: shardStreams('C', tenantIds === undefined ? SHARDS : [...new Set(tenantIds.map(shardOf))]),
    isFiltered: wanted !== undefined || filter.severity !== undefined,
    isSparse: filter.foldsFirstReads,
    select: SHOWN_COLUMNS,
    matches: (row) => isAskedFor(row) && !isFolded(row),
    isFolded,
  };
}

/** A first read or a catch-up has found it, and nothing of it has changed since then: times are texts of one length. */
function isPast(row: RowProperties, since: string): boolean {
  return row['backfill'] === true && row['kind'] === 'appeared' && (textColumn(row, 'lastUpdateTime') ?? '') < since;
}

async function toFirstReads(
  names: TenantNames,
  passed: readonly StoredRow[],
  isFolded: Selection['isFolded'],
): Promise<FirstRead[]> {
  const rows = passed.filter(({ properties }) => isFolded(properties));
  const byTenant = Map.groupBy(rows, ({ properties }) => readTenantId(properties['tenantId']));
  const records = await names.read([...byTenant.keys()].filter((tenantId) => tenantId !== undefined));
  return [...byTenant].flatMap(([tenantId, own]) => {
    if (tenantId === undefined) return [];
    const incidents = new Set(own.map(({ properties }) => textColumn(properties, 'incidentId'))).size;
    return [{ tenantId, tenantName: records.get(tenantId)?.displayName ?? null, incidents }];
  });
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
