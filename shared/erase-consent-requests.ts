import {
  allRequests,
  currentLinkKey,
  LINKS_PARTITION,
  readRequestRow,
  unfinishedKey,
} from './domain/consent-request.ts';
import type { TenantId } from './domain/tenant-id.ts';
import { hasCode } from './errors.ts';
import { listAllRows } from './list-all-rows.ts';
import type { Table } from './ports/table.ts';

/**
 * Deletes every link that is bound to the tenant or was used by it, for the purge: links hold names of customers. Answers how
 * many there were; may be repeated.
 */
export async function eraseConsentRequests(requests: Table, tenantId: TenantId): Promise<number> {
  const rows = (await listAllRows(requests, LINKS_PARTITION, allRequests)).filter((row) => {
    const { tenantId: expected, claimedTenantId } = readRequestRow(row);
    return expected === tenantId || claimedTenantId === tenantId;
  });
  for (const row of rows) {
    await eraseRow(requests, unfinishedKey(readRequestRow(row).id));
    await eraseRow(requests, row.rowKey);
  }
  await eraseRow(requests, currentLinkKey(tenantId));
  return rows.length;
}

async function eraseRow(requests: Table, rowKey: string): Promise<void> {
  try {
    await requests.transact(LINKS_PARTITION, [{ kind: 'delete', rowKey }]);
  } catch (error) {
    if (!hasCode(error, 'row-missing')) throw error;
  }
}
