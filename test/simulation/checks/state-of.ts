import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';

const known = new WeakMap<RowProperties, TenantState>();
const NO_ROW: RowProperties = {};

/** The state that a row of the simulated table holds: each version of a row is frozen, so it is read once for all the checks. */
export function stateOf(row: RowProperties = NO_ROW): TenantState {
  const state = known.get(row) ?? readStateRow(row);
  known.set(row, state);
  return state;
}
