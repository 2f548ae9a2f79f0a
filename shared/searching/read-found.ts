import { indexStream, type ListMark } from '../domain/queries/list-position.ts';
import type { Sought } from '../domain/queries/sought.ts';
import { titleWords } from '../domain/observables/other-values.ts';
import { readMatches } from '../domain/rows/stored-index.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { indexRange } from '../domain/rows/row-keys.ts';
import type { RowProperties } from '../domain/values/table-row.ts';
import { SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { readTicks, type Ticks } from '../domain/values/ticks.ts';
import type { FoundMatch } from '../domain/views/search-view.ts';
import type { Table } from '../ports/table.ts';
import { readMergedPage } from '../querying/read-merged-page.ts';
import { believeRows, type BelievedRow } from './believe-rows.ts';

export interface Wanted {
  sought: Sought;
  /** `undefined`: of all tenants. */
  tenantIds: readonly TenantId[] | undefined;
  since: Ticks | undefined;
  pageSize: number;
}

/** An index row that counts, with its columns for the result. */
export interface FoundRow extends Omit<BelievedRow, 'properties'> {
  matches: FoundMatch[];
}

export interface FoundPage {
  rows: FoundRow[];
  next: ListMark | undefined;
}

/** One page of results in the order of the keys: a value before longer values that begin with it, newest incident first. */
export async function readFound(incidents: Table, wanted: Wanted, start: ListMark): Promise<FoundPage> {
  const { sought, tenantIds, since, pageSize } = wanted;
  const range = indexRange(sought.value, sought.isPrefix);
  const shards = tenantIds === undefined ? SHARDS : [...new Set(tenantIds.map(shardOf))];
  const owners = tenantIds === undefined ? undefined : new Set<string | null>(tenantIds);
  const page = await readMergedPage(
    incidents,
    {
      streams: shards.map((shard) => indexStream(shard, range)),
      since: 0n,
      before: 0n,
      pageSize,
      // A whole value matches nearly all rows of its range; the filters for kind and time exclude few.
      isFiltered: sought.isPrefix || owners !== undefined || since !== undefined,
      extraRequests: 0,
      matches: (row) => (owners?.has(textColumn(row, 'tenantId')) ?? true) && matchesOf(wanted, row).length > 0,
    },
    start,
  );
  const { rows, next } = await believeRows(incidents, page);
  return {
    rows: rows.map(({ properties, ...row }) => ({ ...row, matches: matchesOf(wanted, properties) })),
    next,
  };
}

/** The matches of a row that the query wants. */
function matchesOf({ sought, since }: Wanted, row: RowProperties): FoundMatch[] {
  return readMatches(row).flatMap((match): FoundMatch[] => {
    if (!sought.kinds.includes(match.kind)) return [];
    const lastSeen = match.lastSeen === null ? undefined : readTicks(match.lastSeen);
    // A match without a time may be recent.
    if (since !== undefined && lastSeen !== undefined && lastSeen < since) return [];
    if (match.kind !== 'alert-title') return [{ ...match, exact: match.value === sought.value }];
    const words = titleWords(match.value);
    const isThere = sought.words.every((word) => words.some((other) => other.startsWith(word)));
    return isThere ? [{ ...match, exact: sought.words.every((word) => words.includes(word)) }] : [];
  });
}
