import { describe, expect, test } from '@jest/globals';
import { advance, startCycle, type ReadCycle } from '../../../shared/domain/reading/read-cycle.ts';
import {
  afterFailure,
  afterReadWindow,
  isSizeSuspect,
  resumeSearch,
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
  test('is over, so that what fails behind it is searched with all its calls', () => {
    const window = { from: FROM, to: UNTIL };
    const started = { ...startSearch(window, { ...START, isConfirmed: false }), step: 'halves' as const };
    const middle = FROM + 12n * TICKS_PER_HOUR;
    const search = afterFailure(started, { from: FROM, to: middle }, START.reason, CONTEXT);
    expect(search).toMatchObject({ failingFrom: FROM, failingTo: middle });

    const cycle = { ...startCycle(FROM, UNTIL, UNTIL), search };
    expect(afterReadWindow(search, advance(cycle, FROM + 6n * TICKS_PER_HOUR))).toMatchObject({ halvesRead: 1 });
    expect(afterReadWindow(search, advance(cycle, middle))).toBeUndefined();
  });
});
