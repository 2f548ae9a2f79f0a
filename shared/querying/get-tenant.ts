import type { SourceChoice } from '../domain/incidents/incident.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { readTenantRow } from '../domain/tenants/tenant-record.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { toTenantView, type TenantView } from '../domain/views/tenant-view.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';

export interface RegistryDeps {
  incidents: Table;
  tenants: Table;
  /** The source of tenants without their own. */
  defaultSource: SourceChoice;
}

/** One tenant; a 404 when it is not registered. */
export async function getTenant(deps: RegistryDeps, tenantId: TenantId): Promise<TenantView> {
  const { incidents, tenants, defaultSource } = deps;
  const shard = shardOf(tenantId);
  const [row, stateRow] = await Promise.all([tenants.get(shard, tenantId), incidents.get(shard, stateKey(tenantId))]);
  if (row === undefined && stateRow === undefined) throw tenantNotFound(tenantId);
  const record = row === undefined ? undefined : readTenantRow(row);
  const state = stateRow === undefined ? undefined : readStateRow(stateRow.properties);
  return toTenantView({ tenantId, record, state }, { now: incidents.serviceTime(), defaultSource });
}

export function tenantNotFound(tenantId: TenantId): AppError {
  return new AppError('not-found', `Cannot find tenant ${tenantId}: it is not registered`);
}
