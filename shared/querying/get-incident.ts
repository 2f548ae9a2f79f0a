import { toDetailCursor, type DetailMark, type IncidentDetailQuery } from '../domain/queries/incident-detail-query.ts';
import { readAlertRow, readHistoryRow } from '../domain/rows/read-incident-rows.ts';
import { numberColumn, textColumn } from '../domain/rows/row-columns.ts';
import { alertRange, historyRange, incidentKey } from '../domain/rows/row-keys.ts';
import type { RowRange, StoredRow } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { IncidentDetail } from '../domain/views/incident-detail.ts';
import { toIncidentView } from '../domain/views/incident-view.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { TenantNames } from './tenant-names.ts';

export interface DetailDeps {
  incidents: Table;
  names: TenantNames;
}

const TRIES = 3;
const MAX_ROWS = 500;
/** The service may cut a response anywhere; then the page is short, though never empty, and the cursor continues. */
const MAX_REQUESTS = 4;
const MAX_MERGES = 20;

/** One incident with the alerts of exactly the version shown, and its history; up to 500 of each at a time. */
export async function getIncident(
  { incidents, names }: DetailDeps,
  query: IncidentDetailQuery,
): Promise<IncidentDetail> {
  const { tenantId, incidentId, start } = query;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const row = await readIncident(incidents, tenantId, incidentId);
    if (row === undefined) throw notFound(tenantId, incidentId);
    const generation = numberColumn(row.properties, 'generation') ?? 1;
    const [alerts, history] = await Promise.all([
      readPart(incidents, tenantId, alertRange(tenantId, incidentId, generation), start.alert),
      readPart(incidents, tenantId, historyRange(tenantId, incidentId), start.history),
    ]);
    const after = await readIncident(incidents, tenantId, incidentId);
    if (after?.etag !== row.etag) continue;
    const mark: DetailMark = { alert: alerts.mark, history: history.mark };
    const isWhole = mark.alert === null && mark.history === null;
    const records = await names.read([tenantId]);
    return {
      incident: toIncidentView(row.properties, records.get(tenantId), incidents.serviceTime()),
      mergedInto: await findMergedInto(incidents, tenantId, row),
      alerts: alerts.rows.map(({ properties }) => readAlertRow(properties)),
      history: history.rows.map(({ properties }) => readHistoryRow(properties)),
      cursor: isWhole ? null : toDetailCursor(tenantId, incidentId, mark),
    };
  }
  throw new AppError(
    'incident-changing',
    `Cannot read incident ${incidentId} of tenant ${tenantId}: it changed during each of ${TRIES} tries`,
    { retryAfterMs: 1_000 },
  );
}

/** One that is being deleted for its age is gone for every reader, whatever is left of it. */
async function readIncident(incidents: Table, tenantId: TenantId, incidentId: string): Promise<StoredRow | undefined> {
  const row = await incidents.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  return row?.properties['expiring'] === true ? undefined : row;
}

function notFound(tenantId: TenantId, incidentId: string): AppError {
  return new AppError(
    'not-found',
    `Cannot find incident ${JSON.stringify(incidentId.slice(0, 100))} of tenant ${tenantId}: it is not stored`,
  );
}

interface Part {
  rows: StoredRow[];
  mark: string | null;
}

/** Rows behind the key end `after`, which keeps its meaning when the alerts' generation changes between two pages. */
async function readPart(incidents: Table, tenantId: TenantId, range: RowRange, after: string | null): Promise<Part> {
  if (after === null) return { rows: [], mark: null };
  const prefix = range.from;
  // `!` sorts before whatever follows in a key, so this is the first key behind the one shown last.
  const from = after === '' ? prefix : `${prefix}${after}!`;
  const rows: StoredRow[] = [];
  let next: string | undefined;
  for (let request = 1; request <= MAX_REQUESTS || rows.length === 0; request++) {
    const top = MAX_ROWS - rows.length;
    const page = await incidents.list(
      shardOf(tenantId),
      { from, to: range.to },
      { top, ...(next !== undefined && { next }) },
    );
    rows.push(...page.rows);
    next = page.next;
    if (next === undefined) return { rows, mark: null };
    if (rows.length >= MAX_ROWS) break;
  }
  return { rows, mark: rows.at(-1)?.rowKey.slice(prefix.length) ?? after };
}

/** Follows the chain as far as it is stored; a loop or a missing end stops there. */
async function findMergedInto(incidents: Table, tenantId: TenantId, row: StoredRow): Promise<string | null> {
  const seen = new Set([textColumn(row.properties, 'incidentId')]);
  let last: string | null = null;
  let target = textColumn(row.properties, 'redirectIncidentId');
  while (target !== null && !seen.has(target) && seen.size <= MAX_MERGES) {
    const next = await readIncident(incidents, tenantId, target);
    if (next === undefined) break;
    seen.add(target);
    last = target;
    target = textColumn(next.properties, 'redirectIncidentId');
  }
  return last;
}
