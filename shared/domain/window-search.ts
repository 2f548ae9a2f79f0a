import { SMALLEST_TOP, smallerTop, type LearntTop } from './page-size.ts';
import { middleOf, nextWindow, type ReadCycle, type ReadWindow, type WindowSearch } from './read-cycle.ts';
import { minTicks, type Ticks } from './ticks.ts';

/**
 * The search for what makes a window fail while the service as such answers. It lives in the cycle, and so in the state row: a
 * later run goes on with it. Its steps:
 *
 * 1. `confirm`: the window once more, as it was. What passes by itself ends the search.
 * 2. `smallest`: the window with a page of one. If that fails too, the size is not to blame.
 * 3. `sizes`: the first size again, then smaller ones until one works, which is kept for this source.
 * 4. `halves`: the part that fails is halved in time, its older half read first, until it cannot be cut any more.
 *
 * 5. `last`: it fails alone, with a page of one. It becomes a gap, and the search goes on behind it.
 *
 * Before the first step and the last, something else has to be answered: a service that is down as a whole leaves no gap.
 */
export interface SearchContext {
  /** The narrowest part that is worth its calls, in ticks. */
  smallestPart: Ticks;
}

/**
 * Calls from a first failure to its gap, without those that brought incidents; with what comes before and behind, a search stays
 * below 60. Forty halvings lead from 30 days to some microseconds.
 */
export const MAX_SEARCH_CALLS = 38;

/**
 * After so many older halves that could be read, the rest of the part is read whole: a failure that passed by itself must not be
 * chased to its last tick, nor may the proof of a lasting one cost a call a step.
 */
const CONFIRM_AFTER: readonly number[] = [3, 6, 12, 24, 48];

/** `calls` were made so far, the failed one included; `top` is the size that failed. */
export function startSearch(
  window: ReadWindow,
  failure: { now: Ticks; top: number; reason: string; calls: number; isConfirmed?: boolean },
): WindowSearch {
  const { now, top, reason, calls, isConfirmed = false } = failure;
  const until = window.to ?? now;
  const first: WindowSearch = {
    until,
    failingTo: until,
    isOpen: window.to === undefined,
    isUnproven: !isConfirmed,
    step: 'confirm',
    top,
    partTop: top,
    hasWorked: false,
    fullTop: top,
    halvesRead: 0,
    calls,
    reason,
    hasGap: false,
  };
  return isConfirmed ? { ...first, step: 'smallest', top: SMALLEST_TOP } : first;
}

/** What to read next: as the bounds cut it, and no more than the step asks for. */
export function searchWindow(search: WindowSearch, cycle: ReadCycle, { smallestPart }: SearchContext): ReadWindow {
  const plain = nextWindow(cycle);
  // A run that died may have stored a part without having noted that the search is behind it.
  const failingTo = search.failingTo > cycle.cursor ? search.failingTo : search.until;
  if (failingTo <= cycle.cursor) return plain;
  const isHalved = search.step === 'halves' && !CONFIRM_AFTER.includes(search.halvesRead);
  const middle = isHalved ? middleOf({ from: cycle.cursor, to: failingTo }, smallestPart) : undefined;
  const wanted = middle ?? (search.isOpen && search.step !== 'halves' ? undefined : failingTo);
  if (wanted === undefined) return plain;
  return { from: plain.from, to: plain.to === undefined ? wanted : minTicks(plain.to, wanted) };
}

/** The search after one more failure. */
export function afterFailure(
  search: WindowSearch,
  window: ReadWindow,
  reason: string,
  { smallestPart }: SearchContext,
): WindowSearch {
  const failingTo = window.to ?? search.until;
  const next: WindowSearch = { ...search, failingTo, reason };
  const isDivisible =
    search.calls < MAX_SEARCH_CALLS && middleOf({ from: window.from, to: failingTo }, smallestPart) !== undefined;
  switch (search.step) {
    case 'confirm':
      return { ...next, step: 'smallest', top: SMALLEST_TOP };
    case 'smallest':
      return isDivisible ? startHalves(next) : { ...next, step: 'last', isUnproven: true };
    case 'sizes': {
      // A size that has worked is not what fails here.
      const smaller = search.hasWorked ? undefined : smallerTop(search.top);
      return smaller === undefined ? startHalves(next) : { ...next, top: smaller };
    }
    case 'halves': {
      if (!isDivisible) return { ...next, step: 'smallest', top: SMALLEST_TOP };
      const isConfirmed = CONFIRM_AFTER.includes(search.halvesRead);
      return { ...next, halvesRead: isConfirmed ? search.halvesRead + 1 : 0 };
    }
    case 'last':
      return next;
  }
}

const startHalves = (search: WindowSearch): WindowSearch => ({
  ...search,
  step: 'halves',
  isOpen: false,
  top: search.partTop,
  halvesRead: 0,
});

/** The search after a page that was full: a page of one says that the size matters, any other one that its size works. */
export function afterFullPage(search: WindowSearch): WindowSearch | undefined {
  if (search.step === 'confirm') return undefined;
  if (search.step === 'smallest') return { ...search, step: 'sizes', top: search.fullTop, hasWorked: false };
  return search.step === 'sizes' ? sizeWorks(search) : search;
}

const sizeWorks = (search: WindowSearch): WindowSearch => ({ ...search, partTop: search.top, hasWorked: true });

/** The search after a window that was read whole, or `undefined` when it has come to its end. `cycle` is behind that window. */
export function afterReadWindow(search: WindowSearch, cycle: ReadCycle): WindowSearch | undefined {
  if (search.step === 'confirm' || cycle.cursor >= search.until) return undefined;
  const isBehind = cycle.cursor >= search.failingTo;
  if (search.step === 'sizes') return { ...sizeWorks(search), failingTo: isBehind ? search.until : search.failingTo };
  if (search.step === 'smallest') return restOf(search);
  const next = { ...search, halvesRead: search.halvesRead + 1 };
  return isBehind ? restOf(next) : next;
}

/** The search behind a gap. Where smaller pages were tried in vain, what comes next is read as if nothing had been. */
export function afterGap(search: WindowSearch, cycle: ReadCycle): WindowSearch | undefined {
  if (cycle.cursor >= search.until || search.partTop !== search.fullTop) return undefined;
  return { ...restOf(search), calls: 0, hasGap: true };
}

/** Of what lies behind the failing part nothing is known: it is read whole first. */
function restOf(search: WindowSearch): WindowSearch {
  const [whole = 0] = CONFIRM_AFTER;
  return { ...startHalves(search), failingTo: search.until, halvesRead: whole };
}

/**
 * The page size that the search, at its end, has found to work where larger ones fail; `undefined`: something else was to blame.
 * Where only a page of one was tried, nothing says that a larger one fails: the next full page is to find out.
 */
export function learntBy({ step, top, fullTop, hasGap }: WindowSearch, now: Ticks): LearntTop | undefined {
  if (hasGap || top >= fullTop) return undefined;
  if (step === 'sizes') return { top, triedAt: now };
  return step === 'smallest' ? { top, triedAt: 0n } : undefined;
}
