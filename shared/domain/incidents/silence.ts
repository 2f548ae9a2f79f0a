import { maxTicks, TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../values/ticks.ts';
import { agesOf, type Arrivals } from './arrivals.ts';

/** Nothing new from a tenant for more than three times as long as it is usually quiet. */
export interface Silence {
  /** When its newest incident was created. */
  since: Ticks;
  /** Up to when it is known that nothing came. */
  until: Ticks;
  /** The longest pause between its incidents in the four weeks before; one that was longer, such as a holiday, is left out. */
  usualPause: Ticks;
}

const TIMES_USUAL = 3n;
/** Whoever has fewer hours with incidents has no rhythm that could be broken. */
const FEWEST_HOURS = 20;
/** Two weekends: the pause over one of them is then usual, as a single longest pause does not count. */
const SHORTEST_RECORD_HOURS = 15 * 24;

/** What silence is judged by, of a tenant's state. */
interface StateOfSilence {
  status: string;
  isPaused: boolean;
  /** An unfinished read of the past. */
  backfill: object | undefined;
  completeThrough: Ticks | undefined;
  arrivals: Arrivals | undefined;
}

/** What is not known cannot be called silence: a tenant counts up to where its data is complete, and not while its past is read. */
export function findSilence(state: StateOfSilence): Silence | undefined {
  const { status, isPaused, backfill, completeThrough, arrivals } = state;
  if (status !== 'active' || isPaused || backfill !== undefined) return undefined;
  if (completeThrough === undefined || arrivals === undefined) return undefined;
  const usualPause = usualPauseOf(arrivals);
  if (usualPause === undefined) return undefined;
  const isSilent = completeThrough - arrivals.newestAt > maxTicks(TICKS_PER_DAY, TIMES_USUAL * usualPause);
  return isSilent ? { since: arrivals.newestAt, until: completeThrough, usualPause } : undefined;
}

function usualPauseOf(arrivals: Arrivals): Ticks | undefined {
  const ages = agesOf(arrivals);
  if (ages.length < FEWEST_HOURS || (ages.at(-1) ?? 0) < SHORTEST_RECORD_HOURS) return undefined;
  const pauses = ages.slice(1).map((age, index) => age - (ages[index] ?? 0));
  const [, usual = 0] = pauses.sort((a, b) => b - a);
  return BigInt(usual) * TICKS_PER_HOUR;
}
