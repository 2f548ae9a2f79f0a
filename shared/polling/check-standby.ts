import { toLastError } from '../domain/tenants/poll-outcome.ts';
import type { Standby, TenantState } from '../domain/tenants/tenant-state.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { IncidentSource } from '../ports/incident-source.ts';

/**
 * Whether Graph could be read if the Defender API ended, so that operators hear of it before the day. A token tells of consent and
 * role, and costs no call; it is asked for once a day, and hourly while something is missing.
 */
export async function checkStandby(
  graph: IncidentSource | undefined,
  { tenantId, standby }: Pick<TenantState, 'tenantId' | 'standby'>,
  now: Ticks,
): Promise<Standby | undefined> {
  const wait = standby?.problem === undefined ? TICKS_PER_DAY : TICKS_PER_HOUR;
  if (graph === undefined || (standby !== undefined && now - standby.checkedAt < wait)) return standby;
  try {
    await graph.open(tenantId);
    return { checkedAt: now };
  } catch (error) {
    // What may pass, or stops the app as a whole, says nothing about this customer.
    if (!(error instanceof AppError)) throw error;
    if (error.blame !== 'tenant' && error.code !== 'consent-missing') return standby;
    return { checkedAt: now, problem: toLastError(error, standby?.problem, now) };
  }
}
