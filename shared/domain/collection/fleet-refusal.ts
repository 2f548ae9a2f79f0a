import { isRefused } from '../tenants/staleness.ts';
import { isPollable, type TenantState } from '../tenants/tenant-state.ts';
import { TICKS_PER_MINUTE, type Ticks } from '../values/ticks.ts';

/** Many tenants that worked are refused for the same reason since the same minutes: the app's or Microsoft's trouble, not theirs. */
export interface FleetRefusal {
  /** Of the tenants' last error. */
  code: string;
  since: Ticks;
  refused: number;
  /** The number of tenants that were read before. */
  known: number;
  /** One of the messages, for the number and the tracking id in it. */
  message: string;
}

type Seen = Pick<TenantState, 'status' | 'isPaused' | 'completeThrough' | 'lastError'>;

/** Customers withdraw one by one: at least this many at once, and at least this part of all, do not. */
const AT_LEAST = 3;
const ONE_IN = 5;
/** Tokens end at different times, so that a refusal of everybody reaches the tenants over an hour. */
const WITHIN = 15n * TICKS_PER_MINUTE;

/** The largest such group; `undefined` while there is none. */
export function findFleetRefusal(states: readonly Seen[]): FleetRefusal | undefined {
  const known = states.filter((state) => isPollable(state) && state.completeThrough !== undefined);
  const errors = known
    .flatMap((state) => (isRefused(state) && state.lastError !== undefined ? [state.lastError] : []))
    // All customers without consent to the new source are refused on the same day, each for its own missing role.
    .filter(({ code }) => code !== 'source-retired');
  const groups = [...new Set(errors.map(({ code }) => code))].map((code) =>
    closestTogether(errors.filter((error) => error.code === code)),
  );
  const [largest] = groups.sort((a, b) => b.length - a.length);
  const [first] = largest ?? [];
  if (largest === undefined || first === undefined) return undefined;
  const refused = largest.length;
  if (refused < AT_LEAST || refused * ONE_IN < known.length) return undefined;
  return { code: first.code, since: first.since, refused, known: known.length, message: first.message };
}

/** As many as began within the same minutes. */
function closestTogether<Timed extends { since: Ticks }>(errors: readonly Timed[]): Timed[] {
  const inOrder = [...errors].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  let [best, from] = [inOrder.slice(0, 0), 0];
  for (const [to, { since }] of inOrder.entries()) {
    while (since - (inOrder[from]?.since ?? since) > WITHIN) from += 1;
    if (to + 1 - from > best.length) best = inOrder.slice(from, to + 1);
  }
  return best;
}
