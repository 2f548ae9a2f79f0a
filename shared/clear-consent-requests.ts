import { allRequests, LINKS_PARTITION, readRequestRow, unfinishedKey } from './domain/consent-request.ts';
import { formatTicks, TICKS_PER_DAY } from './domain/ticks.ts';
import { listAllRows } from './list-all-rows.ts';
import type { Table } from './ports/table.ts';

/** A used or ended link still explains itself to whoever opens it again; after so long nobody does. What was done is in the audit. */
const KEPT_DAYS = 90n;

/** Deletes consent links that ended long ago; one whose consent is still being taken up stays. Answers how many. */
export async function clearConsentRequests(requests: Table, isOutOfTime: () => boolean): Promise<number> {
  const rows = await listAllRows(requests, LINKS_PARTITION, allRequests);
  const endedBefore = formatTicks(requests.serviceTime() - KEPT_DAYS * TICKS_PER_DAY);
  let cleared = 0;
  for (const row of rows) {
    const { id, status, expiresAt } = readRequestRow(row);
    if (isOutOfTime() || status === 'claimed' || expiresAt > endedBefore) continue;
    const isUnfinished = (await requests.get(LINKS_PARTITION, unfinishedKey(id))) !== undefined;
    if (isUnfinished) continue;
    await requests.transact(LINKS_PARTITION, [{ kind: 'delete', rowKey: row.rowKey }]);
    cleared += 1;
  }
  return cleared;
}
