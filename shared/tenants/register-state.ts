import { randomUUID } from 'node:crypto';
import type { SourceChoice } from '../domain/incidents/incident.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { newTenantState, type TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow, toControlColumns, toStateRow, type ControlFields } from '../domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { minTicks, type Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import type { ControlChange } from '../ports/tenant-control.ts';
import { changeControl } from '../storing/change-control.ts';

export interface StateDeps {
  incidents: Table;
  clock: Clock;
  defaultSource: SourceChoice;
}

/** Gives an unknown tenant its state row, or changes what is given of a known one's. True when it was unknown. */
export async function registerState(
  deps: StateDeps,
  tenantId: TenantId,
  change: ControlChange,
  status: 'pending' | 'invited',
): Promise<boolean> {
  const { incidents, clock } = deps;
  const known = await changeControl(incidents, clock, tenantId, (state) =>
    decideControl(state, change, incidents.serviceTime()),
  );
  if (known !== undefined) return false;
  const isNew = await insertState(deps, tenantId, {
    status,
    isPaused: change.paused ?? false,
    ...(change.source !== undefined && change.source !== null && { ownSource: change.source }),
  });
  // Another call registered it in between.
  if (!isNew)
    await changeControl(incidents, clock, tenantId, (state) => decideControl(state, change, incidents.serviceTime()));
  return isNew;
}

/** A worker that is at the tenant ends its poll with the source that it began with; another source is due at once. */
function decideControl(state: TenantState, { source, paused }: ControlChange, now: Ticks): RowProperties | undefined {
  refusePurging(state);
  const ownSource = source ?? undefined;
  const change: Partial<ControlFields> = {
    ...(paused !== undefined && paused !== state.isPaused && { isPaused: paused }),
    ...(source !== undefined &&
      ownSource !== state.ownSource && { ownSource, nextDueAt: minTicks(state.nextDueAt, now) }),
  };
  return Object.keys(change).length === 0 ? undefined : toControlColumns(change);
}

export function refusePurging({ tenantId, status }: TenantState): void {
  if (status !== 'purging') return;
  throw new AppError('tenant-purging', `Cannot change tenant ${tenantId}: its rows are being erased`);
}

/** False when there is a state row already that is not of this call. */
export async function insertState(
  { incidents, defaultSource }: StateDeps,
  tenantId: TenantId,
  fields: Partial<TenantState>,
): Promise<boolean> {
  const shard = shardOf(tenantId);
  // Names this registration: a repeat inside the SDK can report a row of our own first success.
  const commitId = randomUUID();
  const state = {
    ...newTenantState(tenantId, fields.ownSource ?? defaultSource, incidents.serviceTime()),
    ownSource: undefined,
    ...fields,
    commitId,
  };
  try {
    await incidents.transact(shard, [{ kind: 'insert', rowKey: stateKey(tenantId), properties: toStateRow(state) }]);
    return true;
  } catch (error) {
    if (!hasCode(error, 'row-exists')) throw error;
    const row = await incidents.get(shard, stateKey(tenantId));
    return row !== undefined && readStateRow(row.properties).commitId === commitId;
  }
}
