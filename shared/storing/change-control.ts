import { stateKey } from '../domain/rows/row-keys.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError, isRace } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';

/** A worker commits a few times a second at most, so one of these reads and writes meets no other. */
const RETRY_DELAYS_MS = [0, 20, 50, 100, 200, 400, 800] as const;

/**
 * Changes control columns of the tenant's state row without raising its `sequence`: a worker in the middle of a commit reads
 * the row again and continues. `decide` sees the current state, may refuse by throwing, and returns the columns to set or
 * `undefined` for no change. Returns the state that was decided on; `undefined` when the tenant has no state row.
 */
export async function changeControl(
  incidents: Table,
  clock: Clock,
  tenantId: TenantId,
  decide: (state: TenantState) => RowProperties | undefined,
): Promise<TenantState | undefined> {
  const shard = shardOf(tenantId);
  const wait = (attempt: number): Promise<void> => clock.sleep(RETRY_DELAYS_MS[attempt - 1] ?? 0);
  try {
    return await repeatOnRace({ tries: RETRY_DELAYS_MS.length + 1, wait }, async () => {
      const row = await incidents.get(shard, stateKey(tenantId));
      if (row === undefined) return undefined;
      const state = readStateRow(row.properties);
      const properties = decide(state);
      if (properties !== undefined)
        await incidents.transact(shard, [{ kind: 'merge', rowKey: stateKey(tenantId), properties, ifMatch: row.etag }]);
      return state;
    });
  } catch (error) {
    throw isRace(error) ? tenantBusy(tenantId, error) : error;
  }
}

function tenantBusy(tenantId: TenantId, cause: AppError): AppError {
  const tries = RETRY_DELAYS_MS.length + 1;
  return new AppError(
    'tenant-busy',
    `Cannot change tenant ${tenantId}: its state row changed at each of ${tries} tries`,
    { cause },
  );
}
