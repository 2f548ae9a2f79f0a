import { filtersRows, matchesRow, type IncidentFilter } from '../domain/queries/incident-filter.ts';
import { toIncidentCursor, type IncidentQuery } from '../domain/queries/incident-query.ts';
import { shardStreams, tenantStream } from '../domain/queries/list-position.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import type { RowProperties, StoredRow } from '../domain/values/table-row.ts';
import { readTenantId, SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { Coverage } from '../domain/views/coverage.ts';
import { toListedIncident, type ListedIncident } from '../domain/views/incident-view.ts';
import type { Table } from '../ports/table.ts';
import type { CoverageReader } from './coverage-reader.ts';
import { readMergedPage, type MergedQuery } from './read-merged-page.ts';
import { resolveTenants } from './resolve-tenants.ts';
import type { TenantNames } from './tenant-names.ts';

export interface QueryDeps {
  incidents: Table;
  names: TenantNames;
  coverage: CoverageReader;
}

export interface IncidentList {
  incidents: ListedIncident[];
  cursor: string | null;
  coverage: Coverage;
}

/** Up to here every tenant's own list is read; more tenants cost fewer requests through the shards' lists. */
const MAX_TENANT_STREAMS = SHARDS.length;

/** One page of incidents, newest update first. */
export async function queryIncidents(
  { incidents, names, coverage }: QueryDeps,
  query: IncidentQuery,
): Promise<IncidentList> {
  const { filter, pageSize, start } = query;
  const tenantIds = await resolveTenants({ names, coverage }, filter);
  // First: what it promises must already be stored when the list is read.
  const covered = await coverage.read(tenantIds);
  const page = await readMergedPage(incidents, { ...selectRows(filter, tenantIds), pageSize }, start);
  return {
    incidents: await toListed(names, page.rows, incidents.serviceTime()),
    cursor: page.next === undefined ? null : toIncidentCursor(filter, page.next),
    coverage: covered,
  };
}

function selectRows(filter: IncidentFilter, tenantIds: readonly TenantId[] | undefined): Omit<MergedQuery, 'pageSize'> {
  const bounds = { since: filter.updatedSince, before: filter.updatedBefore };
  const matches = (row: RowProperties): boolean => matchesRow(filter, row);
  const kind = filter.open === true ? 'O' : 'F';
  if (tenantIds === undefined)
    return { ...bounds, streams: shardStreams(kind), isFiltered: filtersRows(filter), matches };
  if (tenantIds.length <= MAX_TENANT_STREAMS) {
    const isFiltered = filtersRows(filter) || filter.open === true;
    return { ...bounds, streams: tenantIds.map(tenantStream), isFiltered, matches };
  }
  const wanted = new Set<string | null>(tenantIds);
  const shards = [...new Set(tenantIds.map(shardOf))];
  return {
    ...bounds,
    streams: shardStreams(kind, shards),
    isFiltered: true,
    matches: (row) => wanted.has(textColumn(row, 'tenantId')) && matches(row),
  };
}

async function toListed(names: TenantNames, rows: readonly StoredRow[], now: Ticks): Promise<ListedIncident[]> {
  const owners = rows.map(({ properties }) => readTenantId(properties['tenantId']));
  const records = await names.read(owners.filter((owner) => owner !== undefined));
  return rows.map(({ properties }, index) => {
    const owner = owners[index];
    return toListedIncident(properties, owner === undefined ? undefined : records.get(owner), now);
  });
}
