import { TICKS_PER_MS } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { confirmChangeLog, LATE_COMMIT_MS } from './confirm-change-log.ts';
import type { Batch, TenantSession } from './tenant-session.ts';

export interface WriteDeps {
  table: Table;
  session: TenantSession;
  log: Log;
}

/** Commits; a list row that should be there and is not is no reason to block the tenant: it is left out, and counted in the log. */
export async function commitRepairing({ session, table, log }: WriteDeps, batch: Required<Batch>): Promise<void> {
  const missing = new Set<string>();
  const rows: Required<Batch>['rows'] = (stamp) =>
    batch.rows(stamp).filter((row) => row.kind !== 'delete' || !missing.has(row.rowKey));
  for (;;) {
    try {
      await session.commit({ change: batch.change, rows });
      break;
    } catch (error) {
      // Row 0 of the transaction is the state row.
      const stamp = { storedAt: 0n, sequence: session.state().sequence + 1n };
      const failed = hasCode(error, 'row-missing') ? rows(stamp)[(error.failedIndex ?? 0) - 1] : undefined;
      if (failed?.kind !== 'delete') throw error;
      missing.add(failed.rowKey);
      log('warn', 'list_row_repaired', { tenantId: session.state().tenantId, kind: failed.rowKey.slice(0, 1) });
    }
  }
  if (
    table.serviceTime() - (session.state().unconfirmedStamp ?? table.serviceTime()) >
    BigInt(LATE_COMMIT_MS) * TICKS_PER_MS
  )
    await confirmChangeLog(table, session);
}
