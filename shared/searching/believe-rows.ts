import { indexKeysOf, unpackIndex } from '../domain/rows/stored-index.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { incidentKey } from '../domain/rows/row-keys.ts';
import type { RowProperties } from '../domain/values/table-row.ts';
import { readTenantId, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import type { MergedPage } from '../querying/read-merged-page.ts';
import type { ListMark } from '../domain/queries/list-position.ts';

export interface BelievedRow {
  rowKey: string;
  tenantId: TenantId;
  incidentId: string;
  /** Name, status and severity of the incident. */
  labels: RowProperties;
  properties: RowProperties;
}

/** In addition to the first request of each partition; these requests read incidents with a wide index. */
const MAX_INCIDENT_READS = 4;

/** Rows of a wide index count only if their incident names them; after some such incidents the page ends. */
export async function believeRows(
  incidents: Table,
  { rows, next }: MergedPage,
): Promise<{ rows: BelievedRow[]; next: ListMark | undefined }> {
  const believed: BelievedRow[] = [];
  const looks = new Map<string, Look>();
  let last: string | undefined;
  for (const { properties, rowKey } of rows) {
    const tenantId = readTenantId(properties['tenantId']);
    const incidentId = textColumn(properties, 'incidentId') ?? '';
    if (tenantId === undefined) continue;
    let labels: RowProperties | undefined = properties;
    if (properties['isWide'] === true) {
      const key = incidentKey(tenantId, incidentId);
      if (!looks.has(key) && looks.size >= MAX_INCIDENT_READS)
        return { rows: believed, next: last === undefined ? next : { position: positionOf(last), continuations: {} } };
      const look = looks.get(key) ?? (await lookAt(incidents, tenantId, incidentId));
      looks.set(key, look);
      labels = look.names.has(rowKey) ? look.labels : undefined;
    }
    last = rowKey;
    if (labels !== undefined) believed.push({ rowKey, tenantId, incidentId, labels, properties });
  }
  return { rows: believed, next };
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
