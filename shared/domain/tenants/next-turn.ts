import { nextAllowedAt, type CallLimits } from '../reading/call-budget.ts';
import { TICKS_PER_MINUTE, type Ticks } from '../values/ticks.ts';
import type { TenantState } from './tenant-state.ts';

/** When a tenant's calls are allowed again only later than this, the ticks see to it: a message in a queue is no alarm clock. */
const LONGEST_WAIT: Ticks = 2n * TICKS_PER_MINUTE;

/** When a tenant that is not read whole yet may go on, or `undefined` when that is for the ticks to see. */
export function nextTurnAt({ budget }: Pick<TenantState, 'budget'>, now: Ticks, limits: CallLimits): Ticks | undefined {
  const at = nextAllowedAt(budget, now, limits);
  return at > now + LONGEST_WAIT ? undefined : at;
}

/**
 * The tenant after a turn that has left something to read: it stays claimed, for the message that goes to the end of the queue of
 * slow tenants. Its news are read with every turn, so no tick needs to claim it meanwhile.
 */
export function claimNextTurn(
  state: TenantState,
  { now, interval, limits }: { now: Ticks; interval: Ticks; limits: CallLimits },
): TenantState {
  const at = nextTurnAt(state, now, limits);
  if (at === undefined) return state;
  return { ...state, claimedTick: now, isClaimedAsSlow: true, nextDueAt: now, busyUntil: at + 2n * interval };
}
