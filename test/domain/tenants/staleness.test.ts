import { describe, expect, test } from '@jest/globals';
import { isAlarminglyStale, listLags, worstLagSeconds } from '../../../shared/domain/tenants/staleness.ts';
import { newTenantState, type LastError, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_HOUR, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const NOW = 1_000n * TICKS_PER_HOUR;
const SETTINGS = { intervalSeconds: 300, quietIntervalMinutes: 5 };
const stateWith = (change: Partial<TenantState>): TenantState => ({
  ...newTenantState(tenantNumber(1), 'defender', NOW),
  status: 'active',
  ...change,
});
const behind = (minutes: bigint): Partial<TenantState> => ({ completeThrough: NOW - minutes * TICKS_PER_MINUTE });
const failed = (blame: LastError['blame']): LastError => ({
  code: 'bad-page',
  message: '',
  blame,
  action: '',
  since: NOW,
});

describe('isAlarminglyStale()', () => {
  test.each([
    ['complete up to 15 minutes ago', behind(15n), false],
    ['complete up to 16 minutes ago', behind(16n), true],
    ['paused', { ...behind(60n), isPaused: true }, false],
    ['refused', { ...behind(60n), status: 'consent-missing' as const }, true],
    ['unreachable', { ...behind(60n), status: 'unreachable' as const }, true],
    ['not licensed any more', { ...behind(60n), status: 'not-licensed' as const }, true],
    ['refused and never read', { status: 'consent-missing' as const }, true],
    ['refused for some minutes', { ...behind(10n), status: 'unreachable' as const }, false],
    ['refused and paused', { ...behind(60n), status: 'unreachable' as const, isPaused: true }, false],
    ['invited', { status: 'invited' as const }, false],
    ['waiting for an approval', { status: 'awaiting-approval' as const }, false],
    ['being erased', { ...behind(60n), status: 'purging' as const }, false],
    ['new, its consent not proven yet', { status: 'pending' as const, failedPolls: 9 }, false],
    [
      'new, and refused as its consent spreads',
      { status: 'pending' as const, failedPolls: 9, lastError: failed('tenant') },
      false,
    ],
    ['new, and not to be read', { status: 'pending' as const, failedPolls: 3, lastError: failed('microsoft') }, true],
    [
      'new, and was not to be read twice',
      { status: 'pending' as const, failedPolls: 2, lastError: failed('microsoft') },
      false,
    ],
    ['consented to again and not proven yet', { ...behind(60n), status: 'pending' as const }, true],
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
