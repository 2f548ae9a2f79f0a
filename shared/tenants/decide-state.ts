import { stateKey } from '../domain/rows/row-keys.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow, toControlColumns } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError, hasCode } from '../errors.ts';
import { changeControl } from '../storing/change-control.ts';
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
  for (let attempt = 1; ; attempt++) {
    const row = await incidents.get(shard, stateKey(tenantId));
    if (row === undefined) return 'unknown';
    requireAwaiting(readStateRow(row.properties));
    try {
      await incidents.transact(shard, [{ kind: 'delete', rowKey: stateKey(tenantId), ifMatch: row.etag }]);
      return 'decided';
    } catch (error) {
      if (hasCode(error, 'row-missing')) return 'decided';
      if (!hasCode(error, 'precondition-failed') || attempt === TRIES) throw error;
    }
  }
}

function requireAwaiting({ tenantId, status }: TenantState): void {
  if (status === 'awaiting-approval') return;
  throw new AppError(
    'tenant-not-awaiting',
    `Cannot decide on tenant ${tenantId} as its status must be "awaiting-approval": current value is "${status}"`,
  );
}
