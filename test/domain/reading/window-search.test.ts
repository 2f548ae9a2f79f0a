import { describe, expect, test } from '@jest/globals';
import { advance, startCycle, type ReadCycle } from '../../../shared/domain/reading/read-cycle.ts';
import {
  afterFailure,
  afterReadWindow,
  isSizeSuspect,
  resumeSearch,
  searchWindow,
  startSearch,
  type SearchContext,
} from '../../../shared/domain/reading/window-search.ts';
import { TICKS_PER_HOUR, TICKS_PER_MS } from '../../../shared/domain/values/ticks.ts';

const FROM = 1_000n * TICKS_PER_HOUR;
const UNTIL = FROM + 24n * TICKS_PER_HOUR;
const CONTEXT: SearchContext = { smallestPart: TICKS_PER_MS };
const START = { now: UNTIL, top: 100, reason: 'source-unavailable', calls: 1, isConfirmed: true };

/** A cycle at the part that its search has found to fail alone, with a page of one. */
function cycleAtLastStep(): ReadCycle {
  const part = { from: FROM, to: FROM + TICKS_PER_MS };
  const search = afterFailure({ ...startSearch(part, START), until: UNTIL }, part, START.reason, CONTEXT);
  expect(search.step).toBe('last');
  return { ...startCycle(FROM, UNTIL, UNTIL), search };
}

describe('a search that a run left at its last step', () => {
  test('asks once more before the part becomes a gap', () => {
    expect(resumeSearch(cycleAtLastStep())).toMatchObject({ step: 'smallest', top: 1, isUnproven: true });
  });

  test('goes on behind the part when that is a gap already, and blames no page size for what is in it', () => {
    const search = resumeSearch(advance(cycleAtLastStep(), FROM + TICKS_PER_MS));
    expect(search).toMatchObject({ step: 'halves', top: 100, failingTo: UNTIL, hasGap: true });
    expect(search !== undefined && isSizeSuspect({ ...search, hasWorked: true })).toBe(false);
  });

  test('is over when nothing stands behind the gap', () => {
    expect(resumeSearch(advance(cycleAtLastStep(), UNTIL))).toBeUndefined();
  });
});

describe('a search that a run left behind the window that had failed', () => {
  test('is over', () => {
    const search = startSearch({ from: FROM, to: FROM + TICKS_PER_HOUR }, { ...START, isConfirmed: false });
    const cycle = { ...startCycle(FROM, UNTIL, UNTIL), search };
    expect(resumeSearch(cycle)).toBe(search);
    expect(resumeSearch(advance(cycle, FROM + TICKS_PER_HOUR))).toBeUndefined();
  });
});

test('a search of a window without an upper bound reaches as far as what was cut of it and fails', () => {
  const search = startSearch({ from: FROM, to: undefined }, { ...START, now: FROM + TICKS_PER_HOUR });
  const failing = { from: FROM, to: UNTIL };
  expect(afterFailure(search, failing, START.reason, CONTEXT)).toMatchObject({ failingTo: UNTIL, until: UNTIL });
});

describe('a search whose failing part could be read in halves', () => {
  const window = { from: FROM, to: UNTIL };
  const middle = FROM + 12n * TICKS_PER_HOUR;
  const quarter = FROM + 6n * TICKS_PER_HOUR;
  const halving = { ...startSearch(window, { ...START, isConfirmed: false }), step: 'halves' as const };
  const inHalf = afterFailure({ ...halving, calls: 5 }, { from: FROM, to: middle }, START.reason, CONTEXT);
  const cycle = startCycle(FROM, UNTIL, UNTIL);

  test('goes on with the rest of the part around it, which has failed too, with the calls that it had for that', () => {
    expect(inHalf).toMatchObject({ failingFrom: FROM, failingTo: middle });
    const inQuarter = afterFailure({ ...inHalf, calls: 9 }, { from: FROM, to: quarter }, START.reason, CONTEXT);

    const behind = afterReadWindow({ ...inQuarter, calls: 12 }, advance(cycle, quarter));
    expect(behind).toMatchObject({ failingFrom: quarter, failingTo: middle, calls: 9 });
    if (behind === undefined) return;
    expect(searchWindow(behind, advance(cycle, quarter), CONTEXT)).toEqual({ from: quarter, to: middle });
    const around = afterReadWindow(behind, advance(cycle, middle));
    expect(around).toMatchObject({ failingFrom: middle, failingTo: UNTIL, calls: 5 });
    expect(around && afterReadWindow(around, advance(cycle, UNTIL))).toBeUndefined();
  });

  test('does so after a run that died before it noted that it had read the part', () => {
    const left = { ...advance(cycle, middle), search: inHalf };
    expect(resumeSearch(left)).toMatchObject({ failingFrom: middle, failingTo: UNTIL });
  });

  test('is over where the size is to blame, which is learnt', () => {
    expect(afterReadWindow(inHalf, advance(cycle, quarter))).toMatchObject({ halvesRead: 1 });
    const suspect = { ...inHalf, hasWorked: true };
    expect(afterReadWindow(suspect, advance(cycle, middle))).toBeUndefined();
    const isSizeCleared = true;
    expect(afterReadWindow(suspect, advance(cycle, middle), isSizeCleared)).toMatchObject({ failingTo: UNTIL });
  });
});
