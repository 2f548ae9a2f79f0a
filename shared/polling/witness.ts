import { cutBefore } from '../domain/reading/read-cycle.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { Ticks } from '../domain/values/ticks.ts';

/**
 * Whether an empty list of a tenant is compared with what was listed before. Its own choice of `defender` believes them: that is
 * how an operator says that its Defender was emptied on purpose.
 */
export function isWatched({ readFrom, ownSource }: Pick<TenantState, 'readFrom' | 'ownSource'>): boolean {
  return readFrom === 'defender' && ownSource !== 'defender';
}

/**
 * The newest incident of a watched tenant. Where the overlap does not reach it, the head is read from there, so that a working
 * source always has an incident to list, at the cost of the one call that a poll takes anyway. Not where a part of that range
 * fails: it is read as a gap, and not again at each poll.
 */
export function witnessOf(state: TenantState): Ticks | undefined {
  return isWatched(state) && state.gaps.length === 0 ? state.witness : undefined;
}

/** At most this many incidents are read again at each poll. */
const MOST_BESIDE = 20;

/** The newest time that a poll has seen; incidents of the same second are read with it. */
export function nextWitness(seen: Iterable<Ticks>, before: Ticks | undefined): Ticks | undefined {
  const times = [...seen].filter((at) => at > 0n);
  const newest = times.reduce((latest, at) => (at > latest ? at : latest), before ?? 0n);
  if (newest === 0n) return undefined;
  return times.filter((at) => at >= cutBefore(newest)).length > MOST_BESIDE ? undefined : newest;
}
