import { describe, expect, test } from '@jest/globals';
import {
  allowedCalls,
  chargeCalls,
  DEFAULT_CALL_LIMITS,
  EMPTY_BUDGET,
} from '../../../shared/domain/reading/call-budget.ts';
import { startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { isReadingAnew, moveToSource } from '../../../shared/domain/tenants/move-to-source.ts';
import { chargeSource, newTenantState, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow, toStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const NOW = 1_000n * TICKS_PER_DAY;
const day = (number: bigint): Ticks => number * TICKS_PER_DAY;
const { defender: DEFENDER, graph: GRAPH } = DEFAULT_CALL_LIMITS;
const times = { now: NOW, lookbackFrom: NOW - day(30n) };
const aState = (fields: Partial<TenantState>): TenantState => ({
  ...newTenantState(tenantNumber(1), 'defender', 0n),
  ownSource: 'graph',
  ...fields,
});

describe('moveToSource()', () => {
  const complete = aState({
    completeFrom: NOW - day(90n),
    completeThrough: NOW - TICKS_PER_HOUR,
    frontThrough: NOW - TICKS_PER_HOUR,
    frontCurrentAt: NOW - TICKS_PER_HOUR,
    live: startCycle(NOW - TICKS_PER_HOUR, undefined, NOW),
    reconcile: startCycle(0n, NOW, NOW),
    pageCap: 70,
    longestPage: 70,
    learntTop: { top: 25, triedAt: NOW },
    alertsApart: { mostWith: 0, since: NOW },
    fingerprints: new Set(['00'.repeat(12)]),
  });

  test('keeps what the old source has vouched for and reads the lookback again beside the news', () => {
    const moved = moveToSource(complete, 'graph', times);

    expect(moved).toMatchObject({
      readFrom: 'graph',
      move: { since: NOW },
      completeFrom: complete.completeFrom,
      completeThrough: complete.completeThrough,
      frontThrough: complete.frontThrough,
      live: undefined,
      reconcile: { from: times.lookbackFrom, to: complete.completeThrough },
    });
  });

  test('forgets what was learnt of the old source', () => {
    expect(moveToSource(complete, 'graph', times)).toMatchObject({
      pageCap: undefined,
      longestPage: 0,
      learntTop: undefined,
      alertsApart: undefined,
      fingerprints: new Set(),
    });
  });

  test('takes the calls to each source with it, there and back', () => {
    const state = { ...complete, budget: chargeCalls(EMPTY_BUDGET, NOW, 45) };

    const moved = moveToSource(state, 'graph', times);
    expect([moved.budget, moved.otherBudget]).toEqual([EMPTY_BUDGET, state.budget]);
    const called = chargeSource(moved, 'graph', { now: NOW, calls: 3 });
    expect([allowedCalls(called.budget, NOW, GRAPH), allowedCalls(called.otherBudget, NOW, DEFENDER)]).toEqual([
      132, 0,
    ]);

    const kept = readStateRow(toStateRow(called));
    const back = moveToSource(kept, 'defender', times);
    expect([back.budget, back.otherBudget]).toEqual([state.budget, called.budget]);
    expect(moveToSource(kept, 'graph', times)).toMatchObject({ budget: called.budget, otherBudget: state.budget });
  });

  test('begins an older part that was not read whole anew, as far as the old source was read', () => {
    const backfill = { ...startCycle(NOW - day(30n), NOW - day(1n), NOW), cursor: NOW - day(9n) };
    const moved = moveToSource({ ...complete, completeFrom: NOW - day(30n), backfill }, 'graph', times);

    expect(moved.backfill).toMatchObject({ from: NOW - day(30n), to: complete.frontThrough, cursor: NOW - day(30n) });
    expect(moved.reconcile).toBeUndefined();
  });

  test('leaves the first read to the new source where nothing is complete yet', () => {
    const begun = aState({ completeFrom: NOW - day(30n), frontThrough: NOW, live: startCycle(NOW, undefined, NOW) });
    const moved = moveToSource(begun, 'graph', times);

    expect(moved).toMatchObject({ readFrom: 'graph', move: undefined, completeFrom: undefined });
    expect(moved.frontThrough).toBeUndefined();
  });
});

test('isReadingAnew() tells a move under way from one that has not begun', () => {
  const problem = { code: 'missing-role', message: 'x', blame: 'tenant', action: 'x', since: 0n } as const;

  expect(isReadingAnew({ move: { since: NOW } })).toBe(true);
  expect(isReadingAnew({ move: { since: NOW, problem } })).toBe(false);
  expect(isReadingAnew({ move: undefined })).toBe(false);
});

test('readStateRow() takes a row from before there was a choice as one of the Defender API', () => {
  const { readFrom: _readFrom, ...old } = toStateRow(aState({}));

  expect(readStateRow(old)).toMatchObject({ ownSource: 'graph', readFrom: 'defender' });
});
