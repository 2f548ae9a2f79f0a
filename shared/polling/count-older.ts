import { COUNTED_DAYS, countFrom } from '../domain/incidents/created-counts.ts';
import { readListIncident } from '../domain/rows/read-incident-rows.ts';
import { tenantListRange } from '../domain/rows/row-keys.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { MAX_TICKS, readTicks, TICKS_PER_DAY } from '../domain/values/ticks.ts';
import type { WriteDeps } from '../storing/commit-repairing.ts';

/** Of a thousand incidents each. */
const MAX_REQUESTS = 20;
const COLUMNS = ['incidentId', 'createdTime', 'lastUpdateTime', 'severity'] as const;

/**
 * Incidents that were stored before they were counted are counted once, from the tenant's list. No other worker commits meanwhile:
 * the fence would refuse this one's count.
 */
export async function countOlder({ table, session }: WriteDeps): Promise<void> {
  const { tenantId, created } = session.state();
  if (created !== undefined) return;
  const now = table.serviceTime();
  const since = now - COUNTED_DAYS * TICKS_PER_DAY;
  const range = tenantListRange(tenantId, since, MAX_TICKS + 1n);
  const rows: StoredRow[] = [];
  let next: string | undefined;
  for (let requests = 0; requests === 0 || (next !== undefined && requests < MAX_REQUESTS); requests += 1) {
    const page = await table.list(shardOf(tenantId), range, { select: COLUMNS, ...(next !== undefined && { next }) });
    rows.push(...page.rows);
    next = page.next;
  }
  const incidents = rows.map(({ properties }) => readListIncident(properties));
  // Whatever was created later was updated later, so it is among those that were read.
  const reached = readTicks(incidents.at(-1)?.lastUpdateTime) ?? MAX_TICKS;
  const counted = countFrom(next === undefined ? since : reached + 1n, incidents, now);
  await session.commit({ change: (state) => ({ ...state, created: counted }) });
}
