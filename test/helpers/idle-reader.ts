import { MAX_TICKS } from '../../shared/domain/values/ticks.ts';
import type { MeteredReader } from '../../shared/sources/metered-reader.ts';

/** For what a test must not call. */
export function unused(): never {
  throw new Error('Not asked for in this test');
}

/** A reader of a service that is up; a test says what it lists. */
export const IDLE_READER: MeteredReader = {
  maxTop: 100,
  statuses: [],
  list: unused,
  follow: unused,
  get: unused,
  alertsApart: () => undefined,
  callsMade: () => 0,
  callsThrottled: () => 0,
  hasAnswered: () => true,
  serviceTime: () => MAX_TICKS,
  probe: unused,
};
