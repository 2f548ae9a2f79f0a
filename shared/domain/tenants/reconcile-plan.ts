import { createHash } from 'node:crypto';
import type { CallLimits, SourceLimits } from '../reading/call-budget.ts';
import { cutBefore, startCycle, type ReadCycle } from '../reading/read-cycle.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { maxTicks, minTicks, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, type Ticks } from '../values/ticks.ts';
import { isReadingAnew } from './move-to-source.ts';
import type { TenantState } from './tenant-state.ts';

const MINUTES_PER_DAY = 1_440;

/** The first moment after `at` that is this tenant's own minute of the day: the second readings of many tenants spread over it. */
export function reconcileSlotAfter(tenantId: TenantId, at: Ticks): Ticks {
  // The first digits of the hash choose the partition; its end is as good and independent of them.
  const minute = parseInt(createHash('sha256').update(tenantId).digest('hex').slice(-8), 16) % MINUTES_PER_DAY;
  const slot = at - (at % TICKS_PER_DAY) + BigInt(minute) * TICKS_PER_MINUTE;
  return slot > at ? slot : slot + TICKS_PER_DAY;
}

export interface ReconcileSettings {
  /** 0: no reconciliation. */
  reconcileDays: number;
  initialLookbackDays: number;
  callLimits: SourceLimits;
}

/** The reconciliation to continue or to begin, or `undefined` when none is due or the first read is not complete. */
export function planReconcile(state: TenantState, now: Ticks, settings: ReconcileSettings): ReadCycle | undefined {
  const { completeThrough, completeFrom, nextReconcileAt } = state;
  if (state.backfill !== undefined || state.live !== undefined) return undefined;
  // Also without second readings all is read again through another source.
  const isWanted = settings.reconcileDays > 0 || isReadingAnew(state);
  if (state.reconcile !== undefined && isWanted) return state.reconcile;
  if (settings.reconcileDays === 0) return undefined;
  if (completeThrough === undefined || nextReconcileAt === undefined || nextReconcileAt > now) return undefined;
  const reach = now - BigInt(settings.reconcileDays) * TICKS_PER_DAY;
  const reachedSoFar = state.reconciledThrough ?? firstReach(state, settings);
  const from = maxTicks(completeFrom ?? 0n, cutBefore(minTicks(reach, reachedSoFar)));
  return from < completeThrough ? startCycle(from, completeThrough, now) : undefined;
}

/** What was dated a day before the first read began has been read a day late already; the hour is for that read's own clock. */
function firstReach({ completeFrom = 0n }: TenantState, { initialLookbackDays }: ReconcileSettings): Ticks {
  return completeFrom + BigInt(initialLookbackDays - 1) * TICKS_PER_DAY - TICKS_PER_HOUR;
}

/** Calls of one poll that leave three quarters of an hour's budget to the tenant's news. */
export function reconcileShare(interval: Ticks, { perHour }: CallLimits): number {
  return Math.max(1, Math.floor((perHour * Number(interval)) / (4 * Number(TICKS_PER_HOUR))));
}
