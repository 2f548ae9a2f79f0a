import { stateKey } from '../domain/rows/row-keys.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow, toControlColumns } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import { changeControl } from '../storing/change-control.ts';
import { deleteIfPresent } from '../tables/delete-if-present.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';
import type { StateDeps } from './register-state.ts';

/** Approves or rejects a tenant that waits for it; of two decisions at once the first counts. */
export async function decideState(
  deps: StateDeps,
  tenantId: TenantId,
  decision: 'approve' | 'reject',
): Promise<'decided' | 'unknown'> {
  return decision === 'approve' ? approve(deps, tenantId) : reject(deps, tenantId);
}

async function approve({ incidents, clock }: StateDeps, tenantId: TenantId): Promise<'decided' | 'unknown'> {
  const state = await changeControl(incidents, clock, tenantId, (present) => {
    requireAwaiting(present);
    const now = incidents.serviceTime();
    return toControlColumns({ status: 'pending', statusSince: now, failedProofs: 0, nextDueAt: now });
  });
  return state === undefined ? 'unknown' : 'decided';
}

const TRIES = 3;

async function reject({ incidents }: StateDeps, tenantId: TenantId): Promise<'decided' | 'unknown'> {
  const shard = shardOf(tenantId);
  return repeatOnRace({ tries: TRIES }, async () => {
    const row = await incidents.get(shard, stateKey(tenantId));
    if (row === undefined) return 'unknown';
    requireAwaiting(readStateRow(row.properties));
    // Gone meanwhile: another rejection was faster.
    await deleteIfPresent(incidents, shard, row);
    return 'decided';
  });
}

function requireAwaiting({ tenantId, status }: TenantState): void {
  if (status === 'awaiting-approval') return;
  throw new AppError(
    'tenant-not-awaiting',
    `Cannot decide on tenant ${tenantId} as its status must be "awaiting-approval": current value is "${status}"`,
  );
}
