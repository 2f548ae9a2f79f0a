import type { AuditLog } from './audit.ts';
import { LINKS_PARTITION } from './domain/consent-request.ts';
import { stateKey } from './domain/row-keys.ts';
import { allTenants } from './domain/tenant-record.ts';
import { readTenantId, SHARDS, shardOf, type TenantId } from './domain/tenant-id.ts';
import { dropExpired } from './domain/waiting-commands.ts';
import { hasCode } from './errors.ts';
import { changeWaitingCommands } from './keep-waiting-commands.ts';
import { listAllRows } from './list-all-rows.ts';
import type { Table } from './ports/table.ts';

export interface ForgetDeps {
  incidents: Table;
  tenants: Table;
  consentRequests: Table;
  audit: AuditLog;
}

/** The last step of a purge: what the registry knows of an erased tenant, unless it was registered again. */
export async function forgetTenant(deps: ForgetDeps, tenantId: TenantId): Promise<void> {
  const { incidents, tenants, audit } = deps;
  const shard = shardOf(tenantId);
  const row = await tenants.get(shard, tenantId);
  // In this order: who registers a tenant writes the state row first.
  if ((await incidents.get(shard, stateKey(tenantId))) !== undefined) return;
  if (!(await audit.wasErased(tenantId))) return;
  await forgetRequests(deps.consentRequests, tenantId);
  await changeWaitingCommands(tenants, tenantId, dropExpired);
  if (row !== undefined) await deleteRow(tenants, shard, row.rowKey, row.etag);
}

/** Finishes purges that stopped after their tenant's state row was gone, when no tick sees them any more. */
export async function forgetErasedTenants(deps: ForgetDeps): Promise<void> {
  for (const shard of SHARDS)
    for (const { rowKey } of await listAllRows(deps.tenants, shard, allTenants, ['v'])) {
      const tenantId = readTenantId(rowKey);
      if (tenantId === undefined) continue;
      const state = await deps.incidents.get(shard, stateKey(tenantId));
      if (state === undefined) await forgetTenant(deps, tenantId);
    }
}

const EVERYTHING = { from: '!', to: '~' };

/** Links that were made for the tenant or that brought it, and whatever is kept under their names. */
async function forgetRequests(requests: Table, tenantId: TenantId): Promise<void> {
  const rows = await listAllRows(requests, LINKS_PARTITION, EVERYTHING);
  const isOwn = ({ rowKey, properties }: (typeof rows)[number]): boolean =>
    rowKey.includes(tenantId) || properties['tenantId'] === tenantId || properties['claimedTenantId'] === tenantId;
  const nameOf = (rowKey: string): string => rowKey.slice(rowKey.indexOf('!') + 1);
  const names = new Set(rows.filter(isOwn).map(({ rowKey }) => nameOf(rowKey)));
  for (const row of rows) if (names.has(nameOf(row.rowKey))) await deleteRow(requests, LINKS_PARTITION, row.rowKey);
}

/** One that is gone already, or that somebody has written since, is left as it is. */
async function deleteRow(table: Table, partition: string, rowKey: string, ifMatch?: string): Promise<void> {
  try {
    await table.transact(partition, [{ kind: 'delete', rowKey, ...(ifMatch !== undefined && { ifMatch }) }]);
  } catch (error) {
    if (!hasCode(error, 'row-missing') && !hasCode(error, 'precondition-failed')) throw error;
  }
}
