import { changeWaitingCommands } from '../commands/keep-waiting-commands.ts';
import { dropExpired } from '../domain/commands/waiting-commands.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { hasCode } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { AuditLog } from '../storing/audit.ts';
import { deleteIfPresent } from '../tables/delete-if-present.ts';
import { eraseConsentRequests } from './erase-consent-requests.ts';

export interface ForgetDeps {
  incidents: Table;
  tenants: Table;
  consentRequests: Table;
  audit: AuditLog;
}

/**
 * The last step of a purge: what the registry knows of an erased tenant, unless it was registered again. The registry's row goes
 * last: while it is there, a clean-up finds what is left. False when time was up before.
 */
export async function forgetTenant(
  { incidents, tenants, consentRequests, audit }: ForgetDeps,
  tenantId: TenantId,
  isOutOfTime: () => boolean,
): Promise<boolean> {
  if (isOutOfTime()) return false;
  const shard = shardOf(tenantId);
  const row = await tenants.get(shard, tenantId);
  // In this order: a registration writes the state row first.
  if ((await incidents.get(shard, stateKey(tenantId))) !== undefined) return true;
  if (!(await audit.wasErased(tenantId))) return true;
  if (!(await eraseConsentRequests(consentRequests, tenantId, isOutOfTime))) return false;
  await changeWaitingCommands(tenants, tenantId, dropExpired);
  if (row !== undefined) await deleteVersion(tenants, shard, row);
  return true;
}

/** One that is gone already, or that somebody has written since, is left as it is. */
async function deleteVersion(table: Table, partition: string, row: StoredRow): Promise<void> {
  try {
    await deleteIfPresent(table, partition, row);
  } catch (error) {
    if (!hasCode(error, 'precondition-failed')) throw error;
  }
}
