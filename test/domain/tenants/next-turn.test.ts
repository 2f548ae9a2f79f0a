import { describe, expect, test } from '@jest/globals';
import { chargeCalls, DEFAULT_CALL_LIMITS, EMPTY_BUDGET } from '../../../shared/domain/reading/call-budget.ts';
import { claimNextTurn, nextTurnAt } from '../../../shared/domain/tenants/next-turn.ts';
import { newTenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_MINUTE, TICKS_PER_SECOND, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const NOW = ticksFromMs(Date.parse('2026-01-01T00:00:00Z'));
const INTERVAL = 5n * TICKS_PER_MINUTE;
const times = { now: NOW, interval: INTERVAL, limits: DEFAULT_CALL_LIMITS.defender };
const polled = { ...newTenantState(tenantNumber(1), 'defender', 0n), nextDueAt: NOW + INTERVAL, claimedTick: NOW - 1n };

describe('claimNextTurn()', () => {
  test('keeps the tenant claimed for a message of now, so that no tick claims it and the older message is out of date', () => {
    expect(claimNextTurn(polled, times)).toEqual({
      ...polled,
      claimedTick: NOW,
      isClaimedAsSlow: true,
      nextDueAt: NOW,
      busyUntil: NOW + 2n * INTERVAL,
    });
  });

  test('holds the claim from when the calls are allowed again', () => {
    const budget = chargeCalls(EMPTY_BUDGET, NOW - 30n * TICKS_PER_SECOND, DEFAULT_CALL_LIMITS.defender.perMinute);

    const { busyUntil } = claimNextTurn({ ...polled, budget }, times);

    expect(nextTurnAt({ budget }, NOW, DEFAULT_CALL_LIMITS.defender)).toBe(NOW + 50n * TICKS_PER_SECOND);
    expect(busyUntil).toBe(NOW + 50n * TICKS_PER_SECOND + 2n * INTERVAL);
  });

  test('leaves a tenant whose calls of the hour are spent to the ticks', () => {
    const budget = chargeCalls(EMPTY_BUDGET, NOW - 10n * TICKS_PER_MINUTE, DEFAULT_CALL_LIMITS.defender.perHour);

    expect(nextTurnAt({ budget }, NOW, DEFAULT_CALL_LIMITS.defender)).toBeUndefined();
    expect(claimNextTurn({ ...polled, budget }, times)).toEqual({ ...polled, budget });
  });
});
