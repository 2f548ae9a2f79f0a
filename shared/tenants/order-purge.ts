import { NOTHING_ERASED } from '../domain/tenants/erasure.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError, hasCode } from '../errors.ts';
import { openSession } from '../storing/tenant-session.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';
import type { StateDeps } from './register-state.ts';

const TRIES = 3;

/**
 * Orders the erasure of a paused tenant; the next tick begins it. It raises the tenant's `sequence`, so no worker that is still
 * at it can write any more. The same order again changes nothing.
 */
export async function orderPurge({ incidents, clock }: StateDeps, tenantId: TenantId): Promise<'done' | 'unknown'> {
  const isLost = (error: unknown): boolean => hasCode(error, 'tenant-taken');
  return repeatOnRace({ tries: TRIES, isLost }, async () => {
    const session = await openSession(incidents, clock, tenantId);
    if (session === undefined) return 'unknown';
    if (session.state().status !== 'purging')
      await session.commit({ change: (state) => toPurging(state, incidents.serviceTime()) });
    return 'done';
  });
}

function toPurging(state: TenantState, now: bigint): TenantState {
  if (!state.isPaused)
    throw new AppError(
      'tenant-not-paused',
      `Cannot erase tenant ${state.tenantId} as it must be paused first: current status is "${state.status}"`,
    );
  const purge = { startedAt: now, erased: NOTHING_ERASED };
  return { ...state, status: 'purging', statusSince: now, lastError: undefined, nextDueAt: now, busyUntil: 0n, purge };
}
