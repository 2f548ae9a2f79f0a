import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { endCycle, reachWindow, type CycleSlot } from '../../../shared/domain/tenants/completeness.ts';
import { newTenantState, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { MAX_TICKS, maxTicks, minTicks, TICKS_PER_DAY, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const ticks = fc.bigInt(0n, 100n);
const maybeTicks = fc.option(ticks, { nil: undefined });
const state = fc
  .record({
    completeThrough: maybeTicks,
    frontThrough: maybeTicks,
    hasBackfill: fc.boolean(),
    currentAt: maybeTicks,
    cursor: ticks,
  })
  .map(({ hasBackfill, currentAt, cursor, ...points }): TenantState => ({
    ...newTenantState(tenantNumber(1), 'defender', 0n),
    ...points,
    live: { ...startCycle(0n, undefined, 0n), currentAt, cursor },
    backfill: hasBackfill ? startCycle(0n, 100n, 0n) : undefined,
  }));
const slot = fc.constantFrom<CycleSlot>('live', 'backfill', 'reconcile', 'gap');
const window = fc
  .tuple(ticks, fc.option(fc.bigInt(1n, 50n), { nil: undefined }))
  .map(([from, size]) => ({ from, to: size === undefined ? undefined : from + size }));
const cursorOf = ({ live }: TenantState): Ticks => live?.cursor ?? MAX_TICKS;
const step = fc.record({ slot, window, visibleUntil: ticks, isEnd: fc.boolean() });

describe('reachWindow()', () => {
  test('and endCycle() move no point back, in any order of steps', () => {
    fc.assert(
      fc.property(state, fc.array(step, { maxLength: 20 }), (start, steps) => {
        let before = start;
        for (const { slot: at, window: read, visibleUntil, isEnd } of steps) {
          const reached = reachWindow(before, at, read, visibleUntil);
          const after = isEnd ? endCycle(reached, at) : reached;
          for (const name of ['completeThrough', 'frontThrough', 'reconciledThrough'] as const) {
            if (before[name] !== undefined) expect(after[name]).toBeGreaterThanOrEqual(before[name]);
          }
          before = after;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('proves no more than the window and what was visible', () => {
    fc.assert(
      fc.property(state, slot, window, ticks, (before, at, read, visibleUntil) => {
        const after = reachWindow(before, at, read, visibleUntil);
        for (const name of ['completeThrough', 'frontThrough'] as const) {
          const reached = after[name];
          if (reached === before[name] || reached === undefined) continue;
          const known = before.frontThrough ?? 0n;
          expect(reached <= visibleUntil || reached <= known).toBe(true);
          if (read.to !== undefined) expect(reached <= read.to || reached <= known).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('leaves completeThrough to the backfill while there is one', () => {
    fc.assert(
      fc.property(state, window, ticks, (before, read, visibleUntil) => {
        const after = reachWindow(before, 'live', read, visibleUntil);
        if (before.backfill !== undefined) expect(after.completeThrough).toBe(before.completeThrough);
        else expect(after.completeThrough).toBeGreaterThanOrEqual(minTicks(after.frontThrough ?? 0n, cursorOf(before)));
      }),
    );
  });

  test('changes nothing for a gap that is read again', () => {
    fc.assert(
      fc.property(state, window, ticks, (before, read, visibleUntil) => {
        expect(reachWindow(before, 'gap', read, visibleUntil)).toBe(before);
        expect(endCycle(before, 'gap')).toBe(before);
      }),
    );
  });
});

describe('endCycle()', () => {
  test('joins the front where the backfill ends, or where the front ends after it', () => {
    fc.assert(
      fc.property(state, (before) => {
        const { completeThrough, backfill, live } = endCycle({ ...before, live: undefined }, 'backfill');
        expect([backfill, live]).toEqual([undefined, undefined]);
        expect(completeThrough ?? 0n).toBeGreaterThanOrEqual(before.frontThrough ?? 0n);
        expect([before.frontThrough, before.completeThrough]).toContain(completeThrough);
        expect(endCycle(endCycle(before, 'backfill'), 'live').completeThrough).toBe(completeThrough);
      }),
    );
  });

  test('claims no version that the front has shown again and not stored', () => {
    const front = startCycle(10n, undefined, 0n);
    const atBackfill: TenantState = {
      ...newTenantState(tenantNumber(1), 'defender', 0n),
      completeThrough: 5n,
      // An earlier reading came as far as 50; the present one has stored up to 30 and stands before a full page.
      frontThrough: 50n,
      live: { ...front, cursor: 30n },
      backfill: startCycle(0n, 10n, 0n),
    };
    const joined = endCycle(atBackfill, 'backfill');
    expect(joined.completeThrough).toBe(30n);
    const next = { ...joined, live: { ...front, cursor: 40n } };
    expect(reachWindow(next, 'live', { from: 30n, to: 40n }, 90n).completeThrough).toBe(40n);
    expect(endCycle(next, 'live').completeThrough).toBe(50n);
  });

  test('of a backfill claims nothing behind the cursor of a front that is being read again', () => {
    fc.assert(
      fc.property(state, (before) => {
        const { completeThrough = 0n, live } = endCycle(before, 'backfill');
        expect(live).toBe(before.live);
        const joined = minTicks(before.frontThrough ?? 0n, cursorOf(before));
        expect(completeThrough).toBe(maxTicks(before.completeThrough ?? 0n, joined));
      }),
    );
  });

  test('notes how current the front was', () => {
    fc.assert(
      fc.property(state, ticks, (before, known) => {
        const after = endCycle({ ...before, frontCurrentAt: known }, 'live');
        expect(after.live).toBeUndefined();
        expect(after.backfill).toBe(before.backfill);
        expect(after.frontCurrentAt).toBe(before.live?.currentAt ?? known);
        expect(endCycle({ ...after, frontCurrentAt: known }, 'live').frontCurrentAt).toBe(known);
      }),
    );
  });
});

describe('reachWindow() of a second reading', () => {
  const before = newTenantState(tenantNumber(1), 'defender', 0n);
  const [from, to] = [10n * TICKS_PER_DAY, 20n * TICKS_PER_DAY];
  const reach = (visibleUntil: bigint, state = before): bigint | undefined =>
    reachWindow(state, 'reconcile', { from, to }, visibleUntil).reconciledThrough;

  test('proves the window when it was a day old by then, else what was', () => {
    expect(reach(21n * TICKS_PER_DAY)).toBe(to);
    expect(reach(40n * TICKS_PER_DAY)).toBe(to);
    expect(reach(20n * TICKS_PER_DAY)).toBe(19n * TICKS_PER_DAY);
  });

  test('proves nothing of a window that had only begun a day before', () => {
    expect(reach(11n * TICKS_PER_DAY)).toBeUndefined();
    expect(reach(11n * TICKS_PER_DAY, { ...before, reconciledThrough: 5n })).toBe(5n);
  });

  test('does not pass over the end of a window that was too young when a later window is old enough', () => {
    const [hour, currentAt] = [TICKS_PER_DAY / 24n, 20n * TICKS_PER_DAY];
    const middle = 19n * TICKS_PER_DAY + hour;
    const cycle = startCycle(from, to, 0n);
    const first = reachWindow(
      { ...before, reconcile: { ...cycle, cursor: middle, currentAt } },
      'reconcile',
      { from, to: middle },
      currentAt,
    );
    expect(first.reconciledThrough).toBe(19n * TICKS_PER_DAY);
    // Read three hours later: what came to light meanwhile in the hour before `middle` was not seen.
    const second = reachWindow(first, 'reconcile', { from: middle, to }, currentAt + 3n * hour);
    expect(second.reconciledThrough).toBe(19n * TICKS_PER_DAY);
  });

  test('leaves the other points alone', () => {
    const state = { ...before, completeThrough: 7n, frontThrough: 8n };
    expect(reachWindow(state, 'reconcile', { from, to }, 40n * TICKS_PER_DAY)).toMatchObject({
      completeThrough: 7n,
      frontThrough: 8n,
    });
  });
});
