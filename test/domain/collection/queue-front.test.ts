import { describe, expect, test } from '@jest/globals';
import { isClaimWaiting, readQueueFront } from '../../../shared/domain/collection/queue-front.ts';
import { toSliceMessage } from '../../../shared/domain/collection/slice.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const message = (tick: bigint): unknown =>
  JSON.parse(JSON.stringify(toSliceMessage({ tick, tenantIds: [tenantNumber(1)] })));

describe('readQueueFront()', () => {
  test('is the oldest tick at the front, whatever the order there, and now for an empty queue', () => {
    expect(readQueueFront([message(30n), message(10n), message(20n)], 40n)).toBe(10n);
    expect(readQueueFront([], 40n)).toBe(40n);
  });

  test('passes over what nobody can read', () => {
    expect(readQueueFront([undefined, 'x', { v: 1 }, message(30n)], 40n)).toBe(30n);
    expect(readQueueFront([undefined], 40n)).toBe(40n);
  });
});

describe('isClaimWaiting()', () => {
  const fronts = { tenants: 20n, slowTenants: 10n };
  const claim = { busyUntil: 15n, claimedTick: 12n, isClaimedAsSlow: false };

  test('is true for a claim whose queue had not got to it, each queue by its own front', () => {
    expect(isClaimWaiting({ ...claim, claimedTick: 20n }, fronts)).toBe(true);
    expect(isClaimWaiting(claim, fronts)).toBe(false);
    expect(isClaimWaiting({ ...claim, isClaimedAsSlow: true }, fronts)).toBe(true);
    expect(isClaimWaiting({ ...claim, claimedTick: 9n, isClaimedAsSlow: true }, fronts)).toBe(false);
  });

  test('is false for a claim that has ended, and where no tick has looked before', () => {
    expect(isClaimWaiting({ ...claim, claimedTick: 20n, busyUntil: 0n }, fronts)).toBe(false);
    expect(isClaimWaiting({ ...claim, claimedTick: 20n }, undefined)).toBe(false);
  });
});
