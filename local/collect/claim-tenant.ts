import type { ClaimSettings } from '../../shared/collection/claim-batch.ts';
import { allowedCalls, chargeCalls, nextAllowedAt } from '../../shared/domain/reading/call-budget.ts';
import { pollInterval } from '../../shared/domain/tenants/poll-interval.ts';
import { isPollable, type TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { toClaimColumns } from '../../shared/domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../../shared/domain/values/table-row.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, type Ticks } from '../../shared/domain/values/ticks.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Table } from '../../shared/ports/table.ts';
import { changeControl } from '../../shared/storing/change-control.ts';

export interface ClaimDeps {
  readonly incidents: Table;
  readonly clock: Clock;
  readonly dispatchSettings: ClaimSettings;
}

/**
 * Claims one tenant as a tick does, due or not, and charges its first call; answers the tick of the claim. Refuses what a
 * tick would not poll and what `check` throws for: a claim that nobody uses would keep the schedule away.
 */
export async function claimTenant(
  { incidents, clock, dispatchSettings }: ClaimDeps,
  tenantId: TenantId,
  check: (state: TenantState, now: Ticks) => unknown,
): Promise<Ticks> {
  let tick: Ticks = 0n;
  const state = await changeControl(incidents, clock, tenantId, (found) => {
    tick = incidents.serviceTime();
    check(found, tick);
    return toClaim(found, dispatchSettings, tick);
  });
  if (state === undefined)
    throw new Error(
      `Cannot collect tenant ${tenantId} as it is not registered: register it with PUT /api/tenants/{id}`,
    );
  return tick;
}

/** The columns of the claim; throws with the reason where there can be none. */
export function toClaim(state: TenantState, settings: ClaimSettings, tick: Ticks): RowProperties {
  const refusal = refuse(state, settings, tick);
  if (refusal !== undefined) throw new Error(`Cannot collect tenant ${state.tenantId} ${refusal}`);
  const claim = {
    busyUntil: tick + 2n * pollInterval(state, settings),
    claimedTick: tick,
    isClaimedAsSlow: false,
    budget: chargeCalls(state.budget, tick, 1),
  };
  return { ...toClaimColumns(claim), nextDueAt: tick };
}

function refuse(state: TenantState, { callLimits }: ClaimSettings, tick: Ticks): string | undefined {
  if (state.isPaused) return 'as it is paused: end that with PUT /api/tenants/{id} and {"paused": false}';
  if (!isPollable(state)) return `as its status is "${state.status}"`;
  if (state.busyUntil > tick)
    return `as a worker is busy with it until ${formatTicks(state.busyUntil)} at most: try again in a moment`;
  const limits = callLimits[state.readFrom];
  if (allowedCalls(state.budget, tick, limits) > 0) return undefined;
  return `as its calls are spent: the next one is allowed at ${formatTicks(nextAllowedAt(state.budget, tick, limits))}`;
}
