import { changeControl } from './change-control.ts';
import type { TenantId } from './domain/tenant-id.ts';
import { refusePurging, type StateDeps } from './register-state.ts';

/** Stops collection and keeps the rows. */
export async function stopTenant({ incidents, clock }: StateDeps, tenantId: TenantId): Promise<'done' | 'unknown'> {
  const state = await changeControl(incidents, clock, tenantId, (present) => {
    refusePurging(present);
    return present.isPaused ? undefined : { isPaused: true };
  });
  return state === undefined ? 'unknown' : 'done';
}
