import { cutBefore } from '../domain/reading/read-cycle.ts';
import { chosenSource, type TenantState } from '../domain/tenants/tenant-state.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { CollectSettings } from './collect-settings.ts';

/**
 * The newest incident of a tenant on `auto`: its front reads begin there where the overlap does not reach it, so that a source
 * which lives always has something to show, with the one call that a poll takes anyway. Not where parts fail: they are far better
 * read as gaps than again at each poll.
 */
export function witnessOf(state: TenantState, settings: Pick<CollectSettings, 'defaultSource'>): Ticks | undefined {
  const isOnAuto = state.readFrom === 'defender' && chosenSource(state, settings.defaultSource) === 'auto';
  return isOnAuto && state.gaps.length === 0 ? state.witness : undefined;
}

/** So many are read again at each poll at most. */
const MOST_BESIDE = 20;

/** Of what a poll has seen; what is filed beside it in the same second is read with it. */
export function nextWitness(seen: Iterable<Ticks>, before: Ticks | undefined): Ticks | undefined {
  const times = [...seen].filter((at) => at > 0n);
  const newest = times.reduce((latest, at) => (at > latest ? at : latest), before ?? 0n);
  if (newest === 0n) return undefined;
  return times.filter((at) => at >= cutBefore(newest)).length > MOST_BESIDE ? undefined : newest;
}
