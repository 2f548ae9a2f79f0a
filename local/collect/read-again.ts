import { startCycle } from '../../shared/domain/reading/read-cycle.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, minTicks, TICKS_PER_DAY, type Ticks } from '../../shared/domain/values/ticks.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Table } from '../../shared/ports/table.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';

export interface StateDeps {
  readonly incidents: Table;
  readonly clock: Clock;
}

const SOURCE_KEEPS_DAYS = 180n;

/**
 * The state with a backfill from `since` up to where the newest part is complete. That is the safest way to read again:
 * nothing that is known is forgotten or moved back, what is stored already costs no write, and the schedule finishes it
 * when this program is stopped.
 */
export function withReadAgain(state: TenantState, since: Ticks, now: Ticks): TenantState {
  const { tenantId, frontThrough, backfill } = state;
  if (frontThrough === undefined)
    throw new Error(`Cannot read tenant ${tenantId} again as it was never read: leave --since out`);
  if (since >= frontThrough)
    throw new Error(
      `Cannot use --since as it must be before ${formatTicks(frontThrough)}, up to where the tenant was read: current value is ${formatTicks(since)}`,
    );
  if (since < now - SOURCE_KEEPS_DAYS * TICKS_PER_DAY)
    throw new Error(
      `Cannot use --since as Microsoft keeps incidents for ${SOURCE_KEEPS_DAYS} days: current value is ${formatTicks(since)}`,
    );
  if (backfill !== undefined && backfill.cursor <= since) return state;
  return { ...state, backfill: startCycle(since, backfill?.to ?? frontThrough, now) };
}

/** What is known begins earlier once the older part was read to its end; before that nobody may be promised so. */
export function withKnownSince(state: TenantState, since: Ticks): TenantState {
  const { completeFrom, backfill } = state;
  if (backfill !== undefined || completeFrom === undefined) return state;
  return { ...state, completeFrom: minTicks(completeFrom, since) };
}

/** Changes the state of a tenant that this process has claimed, behind the fence. */
export async function changeState(
  { incidents, clock }: StateDeps,
  tenantId: TenantId,
  change: (state: TenantState, now: Ticks) => TenantState,
): Promise<void> {
  const session = await openSession(incidents, clock, tenantId);
  await session?.commit({ change: (state) => change(state, incidents.serviceTime()) });
}
