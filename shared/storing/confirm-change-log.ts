import { changeLogKey, changeLogRange } from '../domain/rows/row-keys.ts';
import type { RowOperation, StoredRow } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { formatTicks, msFromTicks } from '../domain/values/ticks.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import type { TenantSession } from './tenant-session.ts';

/** Readers of the change log stay 60 s behind the storage clock; half of it is left to clocks and delays. */
export const LATE_COMMIT_MS = 30_000;

const ROWS_PER_COMMIT = 90;

/**
 * A commit that reached the service long after its stamp has logged its changes where a reader may have passed already: they
 * are logged once more under a new stamp. The state row remembers the doubt, so that the next worker does it after a crash.
 */
export async function confirmChangeLog(table: Table, session: TenantSession): Promise<void> {
  const { tenantId, unconfirmedStamp: stamp } = session.state();
  if (stamp === undefined) return;
  const rows = await listAllRows(table, shardOf(tenantId), changeLogRange(stamp, stamp + 1n));
  const late = rows.filter(
    (row) => row.properties['tenantId'] === tenantId && row.writtenAtMs - msFromTicks(stamp) > LATE_COMMIT_MS,
  );
  for (let at = 0; at < late.length; at += ROWS_PER_COMMIT) {
    const part = late.slice(at, at + ROWS_PER_COMMIT);
    await session.commit({
      change: (state) => state,
      rows: ({ storedAt }) =>
        part.map((row): RowOperation => ({
          kind: 'upsert',
          rowKey: changeLogKey(storedAt, tenantId, incidentIdOf(row)),
          properties: { ...row.properties, storedAt: formatTicks(storedAt) },
        })),
    });
  }
}

const incidentIdOf = (row: StoredRow): string => String(row.properties['incidentId']);
