import { maxTicks, minTicks, type Ticks } from '../values/ticks.ts';
import { SMALLEST_TOP, smallerTop } from './page-size.ts';
import { middleOf, nextWindow, UNIT_TICKS, type ReadCycle, type ReadWindow, type WindowSearch } from './read-cycle.ts';

/**
 * The search for what makes a window fail while the service as such answers. It lives in the cycle, and so in the state row: a
 * later run goes on with it. Its steps:
 *
 * 1. `confirm`: the window once more, as it was. What passes by itself ends the search.
 * 2. `smallest`: the window with a page of one. If that fails too, the size is not to blame.
 * 3. `halves`: the part that fails is halved in time, its older half read first, until it cannot be cut any more.
 * 4. `sizes`: smaller pages, where an empty window fails with the size that failed, or where nothing can be cut any more.
 *
 * 5. `last`: it fails alone, with a page of one. It becomes a gap, and the search goes on behind it.
 *
 * Before the first step and the last, something else has to be answered: a service that is down as a whole leaves no gap.
 */
export interface SearchContext {
  /** The narrowest part that is worth its calls, in ticks. */
  smallestPart: Ticks;
}

/** What of a run a search depends on: `smallestPart` where it goes no further than to parts of that width, in ticks. */
export function searchContext({ unit }: ReadCycle, { smallestPart }: { smallestPart?: Ticks }): SearchContext {
  return { smallestPart: maxTicks(UNIT_TICKS[unit], smallestPart ?? 0n) };
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

/**
 * The search as a new run takes it up: a service that went down may have led it to its last step. A run that died after its gap
 * was stored may have left it there too: then it goes on behind the gap; one that died after the last of its windows was stored
 * has left one that is over.
 */
export function resumeSearch(cycle: ReadCycle): WindowSearch | undefined {
  const { search, cursor } = cycle;
  if (search === undefined || cursor >= search.until) return undefined;
  if (search.step === 'halves' && cursor >= search.failingTo) return partAround(search, cycle, false);
  if (search.step !== 'last') return search;
  if (cursor >= search.failingTo) return afterGap(search, cycle);
  return { ...search, step: 'smallest', top: SMALLEST_TOP, isUnproven: true };
}

/** `calls` were made so far, the failed one included; `top` is the size that failed. */
export function startSearch(
  window: ReadWindow,
  failure: { now: Ticks; top: number; reason: string; calls: number; isConfirmed?: boolean },
): WindowSearch {
  const { now, top, reason, calls, isConfirmed = false } = failure;
  const until = window.to ?? now;
  const first: WindowSearch = {
    from: window.from,
    until,
    failingFrom: window.from,
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
  // Where the window had no upper bound, what was cut since may end behind it.
  const until = maxTicks(search.until, failingTo);
  const next: WindowSearch = { ...search, failingFrom: window.from, failingTo, until, reason };
  const isDivisible =
    search.calls < MAX_SEARCH_CALLS && middleOf({ from: window.from, to: failingTo }, smallestPart) !== undefined;
  switch (search.step) {
    case 'confirm':
      return { ...next, step: 'smallest', top: SMALLEST_TOP };
    case 'smallest':
      return isDivisible ? startHalves(next) : { ...next, step: 'last', isUnproven: true };
    case 'sizes': {
      // A size that has worked is not what fails here.
      const smaller = isDivisible ? undefined : smallerTop(search.top);
      if (smaller !== undefined) return { ...next, top: smaller };
      return isDivisible ? startHalves(next) : { ...next, step: 'last', isUnproven: true };
    }
    case 'halves': {
      if (!isDivisible) return { ...next, step: 'smallest', top: SMALLEST_TOP };
      const isConfirmed = CONFIRM_AFTER.includes(search.halvesRead);
      const { around = [], calls } = search;
      const isInside = failingTo < search.failingTo;
      return {
        ...next,
        around: isInside ? [...around, { to: search.failingTo, calls }] : around,
        halvesRead: isConfirmed ? search.halvesRead + 1 : 0,
      };
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
  around: [],
  halvesRead: 0,
});

/**
 * The search after the failing window could be read with a page of one. `partTop` is what an empty window can be asked with: where
 * that is smaller, the size is to blame for certain; else the window is cut, as long as that is possible.
 */
export function afterSmallest(
  search: WindowSearch,
  window: ReadWindow,
  partTop: number,
  { smallestPart }: SearchContext,
): WindowSearch {
  const worked: WindowSearch = { ...search, hasWorked: true, partTop };
  if (partTop < search.fullTop) return { ...worked, step: 'sizes', top: partTop };
  const isDivisible =
    search.calls < MAX_SEARCH_CALLS &&
    middleOf({ from: window.from, to: window.to ?? search.until }, smallestPart) !== undefined;
  return isDivisible
    ? startHalves(worked)
    : { ...worked, step: 'sizes', top: smallerTop(search.fullTop) ?? SMALLEST_TOP };
}

/**
 * The search after a window that was read whole, or `undefined` when it has come to its end. `cycle` is behind that window.
 * `isSizeCleared`: the part could be read with the size that had failed too.
 */
export function afterReadWindow(
  search: WindowSearch,
  cycle: ReadCycle,
  isSizeCleared = false,
): WindowSearch | undefined {
  if (search.step === 'confirm' || cycle.cursor >= search.until) return undefined;
  const isBehind = cycle.cursor >= search.failingTo;
  // Smaller pages than an empty window needs were for one instant only.
  if (search.step === 'sizes' && search.top === search.partTop)
    return { ...search, failingTo: isBehind ? search.until : search.failingTo };
  if (search.step === 'smallest' || search.step === 'sizes') return restOf(search);
  return isBehind ? partAround(search, cycle, isSizeCleared) : { ...search, halvesRead: search.halvesRead + 1 };
}

/**
 * All of the part could be read: its size made it fail, which is learnt, and what fails next is another search. Or what made it
 * fail has passed; what made the part around it fail may not have, so that the rest of that one is read, as if nothing had been.
 */
function partAround(search: WindowSearch, { cursor }: ReadCycle, isSizeCleared: boolean): WindowSearch | undefined {
  const around = (search.around ?? []).filter(({ to }) => to > cursor);
  const next = around.at(-1);
  if (next === undefined || (isSizeSuspect(search) && !isSizeCleared)) return undefined;
  const { to: failingTo, calls } = next;
  const [whole = 0] = CONFIRM_AFTER;
  return { ...search, failingFrom: cursor, failingTo, around: around.slice(0, -1), calls, halvesRead: whole };
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

/** Whether the size of the page can have made the window fail: all of it could be read, and a smaller page was sent where it failed. */
export const isSizeSuspect = ({ partTop, fullTop, hasGap, hasWorked }: WindowSearch): boolean =>
  !hasGap && (hasWorked || partTop < fullTop);
