import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { encodeId, incidentKey, incidentsRange } from '../domain/rows/row-keys.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import type { TenantSession } from './tenant-session.ts';

/** Below this, point reads are as cheap as a list and bring the row that is needed of those that are stored. */
const LIST_FROM = 8;

/**
 * Encoded ids of those that are certainly not stored in any version. In a first read that is nearly all, and one list of keys
 * instead of a point read for each is most of its storage requests. What lies beyond the list's first page is left open.
 */
export async function findNewIncidents(
  { table, session }: { table: Table; session: TenantSession },
  incidents: readonly ObservedIncident[],
): Promise<ReadonlySet<string>> {
  if (incidents.length < LIST_FROM) return new Set();
  const { tenantId } = session.state();
  const ids = incidents.map(({ incident }) => incident.incidentId);
  const range = incidentsRange(tenantId, ids);
  const { rows, next } = await table.list(shardOf(tenantId), range, { select: ['tenantId'] });
  const stored = new Set(rows.map(({ rowKey }) => rowKey));
  const last = rows.at(-1)?.rowKey;
  const isListed = (key: string): boolean => next === undefined || (last !== undefined && key <= last);
  const isNew = (key: string): boolean => isListed(key) && !stored.has(key);
  return new Set(ids.filter((id) => isNew(incidentKey(tenantId, id))).map(encodeId));
}
