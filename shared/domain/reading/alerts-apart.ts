import { TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';
import { smallerTop } from './page-size.ts';

/** What failing lists have taught about asking for incidents together with their alerts. */
export interface AlertsApart {
  /** The largest page that is asked for with alerts; 0: none, as it is not the size that makes them fail. */
  mostWith: number;
  since: Ticks;
}

/**
 * Below this size, pages with alerts cost more calls than larger ones without and each incident by its id: a page of one or two is
 * full wherever an incident is, and to prove that it holds all takes many.
 */
const SMALLEST_WITH_ALERTS = 5;

/** The next smaller page that is worth asking for with alerts; 0: none is. */
export function smallerWithAlerts(top: number): number {
  const smaller = smallerTop(top) ?? 0;
  return smaller < SMALLEST_WITH_ALERTS ? 0 : smaller;
}

/** What was learnt holds for a day: then lists are asked for as before, and what still fails is learnt anew. */
export function stillApart(learnt: AlertsApart | undefined, now: Ticks): AlertsApart | undefined {
  return learnt !== undefined && now - learnt.since < TICKS_PER_DAY ? learnt : undefined;
}
