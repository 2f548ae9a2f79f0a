import { stateKey } from '../domain/rows/row-keys.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';

/** A worker commits a few times a second at most, so one of these reads and writes meets no other. */
const RETRY_DELAYS_MS = [0, 20, 50, 100, 200, 400, 800, 1_500] as const;

/**
 * Changes control columns of the tenant's state row without raising its `sequence`: a worker in the middle of a commit reads the
 * row again and goes on. `decide` sees the present state, may refuse by throwing, and answers the columns to set or `undefined`
 * for nothing to do. Answers the state that was decided on; `undefined` when the tenant has no state row.
 */
export async function changeControl(
  incidents: Table,
  clock: Clock,
  tenantId: TenantId,
  decide: (state: TenantState) => RowProperties | undefined,
): Promise<TenantState | undefined> {
  for (const delayMs of RETRY_DELAYS_MS) {
    const row = await incidents.get(shardOf(tenantId), stateKey(tenantId));
    if (row === undefined) return undefined;
    const state = readStateRow(row.properties);
    const properties = decide(state);
    if (properties === undefined) return state;
    try {
      await incidents.transact(shardOf(tenantId), [
        { kind: 'merge', rowKey: stateKey(tenantId), properties, ifMatch: row.etag },
      ]);
      return state;
    } catch (error) {
      if (!hasCode(error, 'precondition-failed') && !hasCode(error, 'row-missing')) throw error;
      await clock.sleep(delayMs);
    }
  }
  throw new AppError(
    'tenant-busy',
    `Cannot change tenant ${tenantId}: its state row changed at each of ${RETRY_DELAYS_MS.length} tries`,
  );
}
