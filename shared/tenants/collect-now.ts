import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { toControlColumns } from '../domain/tenants/tenant-state-row.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import { tenantNotFound } from '../querying/get-tenant.ts';
import { changeControl } from '../storing/change-control.ts';
import type { StateDeps } from './register-state.ts';

/** The next tick polls the tenant, however quiet it is. */
export async function collectNow({ incidents, clock }: StateDeps, tenantId: TenantId): Promise<string> {
  let dueAt = 0n;
  const state = await changeControl(incidents, clock, tenantId, (present) => {
    requireActive(present);
    const now = incidents.serviceTime();
    dueAt = present.nextDueAt < now ? present.nextDueAt : now;
    return dueAt === present.nextDueAt ? undefined : toControlColumns({ nextDueAt: dueAt });
  });
  if (state === undefined) throw tenantNotFound(tenantId);
  return formatTicks(dueAt);
}

function requireActive({ tenantId, status, isPaused }: TenantState): void {
  if (status === 'active' && !isPaused) return;
  const shown = isPaused ? 'paused' : status;
  throw new AppError(
    'tenant-not-active',
    `Cannot collect from tenant ${tenantId} now as its status must be "active": current value is "${shown}"`,
  );
}
