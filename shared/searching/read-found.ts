import { indexStream, type ListMark } from '../domain/queries/list-position.ts';
import type { Sought } from '../domain/queries/sought.ts';
import { titleWords } from '../domain/observables/other-values.ts';
import { indexKeysOf, readMatches, unpackIndex } from '../domain/rows/stored-index.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { incidentKey, indexRange } from '../domain/rows/row-keys.ts';
import type { RowProperties, StoredRow } from '../domain/values/table-row.ts';
import { readTenantId, SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { readTicks, type Ticks } from '../domain/values/ticks.ts';
import type { FoundMatch } from '../domain/views/search-view.ts';
import type { Table } from '../ports/table.ts';
import { readMergedPage } from '../querying/read-merged-page.ts';

export interface Wanted {
  sought: Sought;
  /** `undefined`: of all. */
  tenantIds: readonly TenantId[] | undefined;
  since: Ticks | undefined;
  pageSize: number;
}

/** An index row that is believed, and what shows of it. */
export interface FoundRow {
  rowKey: string;
  tenantId: TenantId;
  incidentId: string;
  /** Name, status and severity of the incident. */
  labels: RowProperties;
  matches: FoundMatch[];
}

export interface FoundPage {
  rows: FoundRow[];
  next: ListMark | undefined;
}

/** Beside the first of each partition; what they read are incidents with a wide index. */
const MAX_INCIDENT_READS = 4;

/** One page of what is found, in the order of the keys: a value before those that begin with it, newest incident first. */
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
      // Of a value alone nearly every row is shown; its kinds and times leave out few.
      isFiltered: sought.isPrefix || owners !== undefined || since !== undefined,
      extraRequests: 0,
      matches: (row) => (owners?.has(textColumn(row, 'tenantId')) ?? true) && matchesOf(wanted, row).length > 0,
    },
    start,
  );
  return believe(incidents, wanted, page.rows, page.next);
}

/** Rows of a wide index count as far as their incident names them; after some such incidents the page ends. */
async function believe(
  incidents: Table,
  wanted: Wanted,
  rows: readonly StoredRow[],
  next: ListMark | undefined,
): Promise<FoundPage> {
  const found: FoundRow[] = [];
  const looks = new Map<string, Look>();
  let last: string | undefined;
  for (const row of rows) {
    const { properties, rowKey } = row;
    const tenantId = readTenantId(properties['tenantId']);
    const incidentId = textColumn(properties, 'incidentId') ?? '';
    if (tenantId === undefined) continue;
    let labels: RowProperties | undefined = properties;
    if (properties['isWide'] === true) {
      const key = incidentKey(tenantId, incidentId);
      if (!looks.has(key) && looks.size >= MAX_INCIDENT_READS)
        return { rows: found, next: last === undefined ? next : { position: positionOf(last), continuations: {} } };
      const look = looks.get(key) ?? (await lookAt(incidents, tenantId, incidentId));
      looks.set(key, look);
      labels = look.names.has(rowKey) ? look.labels : undefined;
    }
    last = rowKey;
    if (labels !== undefined)
      found.push({ rowKey, tenantId, incidentId, labels, matches: matchesOf(wanted, properties) });
  }
  return { rows: found, next };
}

const positionOf = (rowKey: string): string => rowKey.slice('E!'.length);

interface Look {
  labels: RowProperties;
  names: ReadonlySet<string>;
}

async function lookAt(incidents: Table, tenantId: TenantId, incidentId: string): Promise<Look> {
  const row = await incidents.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (row === undefined || row.properties['expiring'] === true) return { labels: {}, names: new Set() };
  const index = unpackIndex(readIncidentRow(row.properties).index);
  const names = index === undefined ? [] : indexKeysOf(tenantId, incidentId, index);
  return { labels: row.properties, names: new Set(names) };
}

/** What of a row was asked for. */
function matchesOf({ sought, since }: Wanted, row: RowProperties): FoundMatch[] {
  return readMatches(row).flatMap((match): FoundMatch[] => {
    if (!sought.kinds.includes(match.kind)) return [];
    const lastSeen = match.lastSeen === null ? undefined : readTicks(match.lastSeen);
    // What does not say when it was seen may have been seen since.
    if (since !== undefined && lastSeen !== undefined && lastSeen < since) return [];
    if (match.kind !== 'alert-title') return [{ ...match, exact: match.value === sought.value }];
    const words = titleWords(match.value);
    const isThere = sought.words.every((word) => words.some((other) => other.startsWith(word)));
    return isThere ? [{ ...match, exact: sought.words.every((word) => words.includes(word)) }] : [];
  });
}
