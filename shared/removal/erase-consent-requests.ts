import { LINKS_PARTITION } from '../domain/consent/consent-request.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import { deleteRows } from '../tables/delete-rows.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

const EVERYTHING = { from: '!', to: '~' };

/**
 * Deletes every link that is bound to the tenant or was used by it, and whatever is kept under its name, for the purge: links hold
 * names of customers. False when time was up before.
 */
export async function eraseConsentRequests(
  requests: Table,
  tenantId: TenantId,
  isOutOfTime: () => boolean,
): Promise<boolean> {
  const nameOf = (rowKey: string): string => rowKey.slice(rowKey.indexOf('!') + 1);
  while (!isOutOfTime()) {
    const rows = await listAllRows(requests, LINKS_PARTITION, EVERYTHING, ['tenantId', 'claimedTenantId']);
    const own = rows.filter(
      ({ rowKey, properties }) =>
        rowKey.includes(tenantId) || properties['tenantId'] === tenantId || properties['claimedTenantId'] === tenantId,
    );
    const names = new Set(own.map(({ rowKey }) => nameOf(rowKey)));
    const keys = rows.map(({ rowKey }) => rowKey).filter((rowKey) => names.has(nameOf(rowKey)));
    if (await deleteRows(requests, LINKS_PARTITION, keys)) return true;
  }
  return false;
}
