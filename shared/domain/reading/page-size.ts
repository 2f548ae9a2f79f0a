import { TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../values/ticks.ts';

/** Page sizes that are tried where a larger one fails, largest first. */
const PAGE_SIZES = [50, 25, 10, 5, 2, 1] as const;

/** The smallest page there is: what fails with it does not fail because of its size. */
export const SMALLEST_TOP = 1;

/** The largest page that a source was seen to send where larger ones fail. */
export interface LearntTop {
  top: number;
  /** When a larger page was last asked for. */
  triedAt: Ticks;
}

/** The next smaller size to try, or `undefined` below the smallest. */
export const smallerTop = (top: number): number | undefined => PAGE_SIZES.find((size) => size < top);

/** The next larger size to try; `maxTop` is the source's documented limit. */
export const largerTop = (top: number, maxTop: number): number =>
  Math.min(maxTop, PAGE_SIZES.findLast((size) => size > top) ?? maxTop);

/** A larger page is asked for again once a day: the fault may have passed. One instant, which small pages may never read, has no such time. */
export const isTrialDue = (learnt: LearntTop, now: Ticks, isInstant: boolean): boolean =>
  now - learnt.triedAt >= (isInstant ? 2n * TICKS_PER_HOUR : TICKS_PER_DAY);
