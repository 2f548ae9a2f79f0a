import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_CALL_LIMITS } from '../../../shared/domain/reading/call-budget.ts';
import { startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import {
  planReconcile,
  reconcileShare,
  reconcileSlotAfter,
  type ReconcileSettings,
} from '../../../shared/domain/tenants/reconcile-plan.ts';
import { newTenantState, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const SETTINGS: ReconcileSettings = { reconcileDays: 7, initialLookbackDays: 30, callLimits: DEFAULT_CALL_LIMITS };
const NOW = 1_000n * TICKS_PER_DAY;
const daysAgo = (days: number): bigint => NOW - BigInt(days) * TICKS_PER_DAY;

const settled: TenantState = {
  ...newTenantState(tenantNumber(1), 'defender', NOW),
  completeFrom: daysAgo(100),
  completeThrough: NOW - TICKS_PER_MINUTE,
  reconciledThrough: daysAgo(2),
  nextReconcileAt: NOW,
};
const plan = (change: Partial<TenantState> = {}, settings: Partial<ReconcileSettings> = {}) =>
  planReconcile({ ...settled, ...change }, NOW, { ...SETTINGS, ...settings });

describe('reconcileSlotAfter()', () => {
  test('is one minute of the day for each tenant, within a day, and the same when asked again', () => {
    fc.assert(
      fc.property(fc.nat(500).map(tenantNumber), fc.bigInt(0n, 10n * TICKS_PER_DAY), (tenantId, at) => {
        const slot = reconcileSlotAfter(tenantId, at);
        expect(slot > at && slot <= at + TICKS_PER_DAY).toBe(true);
        expect(reconcileSlotAfter(tenantId, slot)).toBe(slot + TICKS_PER_DAY);
      }),
    );
  });

  test('spreads a thousand tenants over the day', () => {
    const perHour = new Map<bigint, number>();
    for (let number = 0; number < 1_000; number += 1) {
      const hour = (reconcileSlotAfter(tenantNumber(number), 0n) % TICKS_PER_DAY) / TICKS_PER_HOUR;
      perHour.set(hour, (perHour.get(hour) ?? 0) + 1);
    }
    expect(perHour.size).toBe(24);
    expect(Math.max(...perHour.values())).toBeLessThan(75);
  });
});

describe('planReconcile()', () => {
  test('reaches back the set days from now, up to what is complete', () => {
    expect(plan()).toEqual(startCycle(daysAgo(7), NOW - TICKS_PER_MINUTE, NOW));
  });

  test('begins earlier where the last one ended earlier, so that nothing is left out between them', () => {
    expect(plan({ reconciledThrough: daysAgo(20) })?.from).toBe(daysAgo(20));
    expect(plan({}, { reconcileDays: 1 })?.from).toBe(daysAgo(2));
  });

  test('begins a first one where the first read came less than a day after', () => {
    const first = { completeFrom: daysAgo(31), reconciledThrough: undefined };
    expect(plan(first)?.from).toBe(daysAgo(7));
    expect(plan(first, { reconcileDays: 1 })?.from).toBe(daysAgo(2) - TICKS_PER_HOUR);
  });

  test('never reaches back behind what was read at all', () => {
    expect(plan({ completeFrom: daysAgo(3) })?.from).toBe(daysAgo(3));
  });

  test('goes on with one that is under way, due or not', () => {
    const reconcile = { ...startCycle(daysAgo(8), daysAgo(1), daysAgo(1)), cursor: daysAgo(4) };
    expect(plan({ reconcile, nextReconcileAt: NOW + TICKS_PER_HOUR })).toBe(reconcile);
  });

  test.each<[string, Partial<TenantState>, Partial<ReconcileSettings>]>([
    ['it is turned off', {}, { reconcileDays: 0 }],
    ['it is not due', { nextReconcileAt: NOW + 1n }, {}],
    ['the first read is not complete', { completeThrough: undefined }, {}],
    ['an older part is still being read', { backfill: startCycle(1n, 2n, 3n) }, {}],
    ['the newest part is still being read', { live: startCycle(1n, undefined, 3n) }, {}],
    ['no poll has planned one yet', { nextReconcileAt: undefined }, {}],
  ])('begins none while %s', (_why, change, settings) => {
    expect(plan(change, settings)).toBeUndefined();
  });
});

test('reconcileShare() stays within a quarter of the hour whatever the interval', () => {
  for (const minutes of [1, 5, 7, 15, 30, 60]) {
    const share = reconcileShare(BigInt(minutes) * TICKS_PER_MINUTE, DEFAULT_CALL_LIMITS.defender);
    expect(share).toBeGreaterThan(0);
    expect(share * (60 / minutes)).toBeLessThanOrEqual(DEFAULT_CALL_LIMITS.defender.perHour / 4);
  }
});
