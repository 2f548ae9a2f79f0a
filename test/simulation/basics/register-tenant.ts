import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { newTenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { toStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import type { TableState } from './sim-table.ts';

/** An active tenant of the Defender API of which nothing is read yet. */
export function registerTenant(state: TableState, tenantId: TenantId, atMs: number): void {
  const tenant = { ...newTenantState(tenantId, 'defender', ticksFromMs(atMs)), status: 'active' as const };
  const operation = { kind: 'insert' as const, rowKey: stateKey(tenantId), properties: toStateRow(tenant) };
  state.apply(shardOf(tenantId), [operation], atMs);
}
