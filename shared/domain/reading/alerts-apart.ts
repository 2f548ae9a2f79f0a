import { TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';

/** What failing lists have taught about asking for incidents together with their alerts. */
export interface AlertsApart {
  /** The largest page that is asked for with alerts; 0: none, as it is not the size that makes them fail. */
  mostWith: number;
  since: Ticks;
}

/** Where alerts cannot be had with the list, each incident of a page takes a call of its own. */
export const TOP_WITHOUT_ALERTS = 10;

/** What was learnt holds for a day: then lists are asked for as before, and what still fails is learnt anew. */
export function stillApart(learnt: AlertsApart | undefined, now: Ticks): AlertsApart | undefined {
  return learnt !== undefined && now - learnt.since < TICKS_PER_DAY ? learnt : undefined;
}
