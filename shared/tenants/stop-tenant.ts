import type { TenantId } from '../domain/values/tenant-id.ts';
import { changeControl } from '../storing/change-control.ts';
import { refusePurging, type StateDeps } from './register-state.ts';

/** Stops collection and keeps the rows. */
export async function stopTenant({ incidents, clock }: StateDeps, tenantId: TenantId): Promise<'done' | 'unknown'> {
  const state = await changeControl(incidents, clock, tenantId, (present) => {
    refusePurging(present);
    return present.isPaused ? undefined : { isPaused: true };
  });
  return state === undefined ? 'unknown' : 'done';
}
