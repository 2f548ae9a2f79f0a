import { describe, expect, test } from '@jest/globals';
import { isAlarminglyStale, listLags, worstLagSeconds } from '../../shared/domain/staleness.ts';
import { newTenantState, type TenantState } from '../../shared/domain/tenant-state.ts';
import { TICKS_PER_HOUR, TICKS_PER_MINUTE } from '../../shared/domain/ticks.ts';
import { tenantNumber } from '../helpers/seed.ts';

const NOW = 1_000n * TICKS_PER_HOUR;
const SETTINGS = { intervalSeconds: 300, quietIntervalMinutes: 5 };
const stateWith = (change: Partial<TenantState>): TenantState => ({
  ...newTenantState(tenantNumber(1), 'defender', NOW),
  status: 'active',
  ...change,
});
const behind = (minutes: bigint): Partial<TenantState> => ({ completeThrough: NOW - minutes * TICKS_PER_MINUTE });

describe('isAlarminglyStale()', () => {
  test.each([
    ['complete up to 15 minutes ago', behind(15n), false],
    ['complete up to 16 minutes ago', behind(16n), true],
    ['paused', { ...behind(60n), isPaused: true }, false],
    ['waiting for the consent of its customer', { ...behind(60n), status: 'consent-missing' as const }, false],
    ['in its first read', {}, false],
    ['failing in its first read', { failedPolls: 3 }, true],
  ])('judges a tenant that is %s', (_, change, stale) => {
    expect(isAlarminglyStale(stateWith(change), SETTINGS, NOW)).toBe(stale);
  });

  test('gives a tenant that is polled every 30 minutes three of its own intervals', () => {
    const quiet = { lastPolledAt: NOW, lastChangeAt: NOW - 25n * TICKS_PER_HOUR };
    const settings = { ...SETTINGS, quietIntervalMinutes: 30 };
    expect(isAlarminglyStale(stateWith({ ...quiet, ...behind(90n) }), settings, NOW)).toBe(false);
    expect(isAlarminglyStale(stateWith({ ...quiet, ...behind(91n) }), settings, NOW)).toBe(true);
  });
});

describe('listLags()', () => {
  test('says how far behind each tenant is, and 0 of one without data or ahead of the tick', () => {
    const states = [stateWith(behind(1n)), stateWith({}), stateWith(behind(-1n))];
    expect(listLags(states, NOW).map(({ lagSeconds }) => lagSeconds)).toEqual([60, 0, 0]);
  });
});

describe('worstLagSeconds()', () => {
  test('is that of the tenant furthest behind, and 0 when none has data', () => {
    const worst = (...states: TenantState[]): number => worstLagSeconds(listLags(states, NOW));
    expect(worst(stateWith(behind(1n)), stateWith(behind(7n)), stateWith({}))).toBe(420);
    expect(worst(stateWith({}))).toBe(0);
  });
});
