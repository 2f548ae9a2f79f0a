import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimTolerance } from '../../../shared/domain/tenants/poll-interval.ts';
import { afterFailure, afterSuccess } from '../../../shared/domain/tenants/poll-outcome.ts';
import {
  isPollable,
  newTenantState,
  TENANT_STATUSES,
  type TenantState,
} from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_MS } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Blame } from '../../../shared/errors/error-kind.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import { tenantNumber, ticksOf } from '../../helpers/seed.ts';

const NOW = ticksOf('2026-01-01T00:00:00Z');
const TIMES = { now: NOW, nextTick: NOW + 5n * TICKS_PER_MINUTE };
const blank = newTenantState(tenantNumber(1), 'defender', NOW - TICKS_PER_DAY);

const blame = fc.constantFrom<Blame>('caller', 'tenant', 'microsoft', 'partner', 'collector');
const code = fc.constantFrom<ErrorCode>('throttled', 'missing-role', 'not-licensed', 'forbidden', 'bad-page');
const error = fc
  .tuple(blame, code, fc.option(fc.nat(7_200_000), { nil: undefined }))
  .map(
    ([who, what, ms]) =>
      new AppError(what, 'It failed', { ...(ms === undefined ? {} : { retryAfterMs: ms }), blame: who }),
  );
const polled = fc
  .record({ status: fc.constantFrom(...TENANT_STATUSES), failedPolls: fc.nat(9), ageMinutes: fc.nat(3_000) })
  .map(({ ageMinutes, ...fields }): TenantState => {
    const statusSince = NOW - BigInt(ageMinutes) * TICKS_PER_MINUTE;
    return {
      ...blank,
      ...fields,
      statusSince,
      busyUntil: NOW + TICKS_PER_HOUR,
      completeThrough: NOW - 9n,
      sequence: 4n,
    };
  });
const failWith = (who: Blame, what: ErrorCode, state: Partial<TenantState> = {}): TenantState =>
  afterFailure({ ...blank, status: 'active', ...state }, new AppError(what, 'It failed', { blame: who }), TIMES);

describe('afterFailure()', () => {
  test('comes back after a wait that the source asked for, although a tick claims half an interval early', () => {
    fc.assert(
      fc.property(fc.nat(3_600_000), fc.nat(3_600_000), (retryAfterMs, tickMs) => {
        const failure = new AppError('throttled', 'Slow down', { retryAfterMs });
        const { nextDueAt } = afterFailure({ ...blank, status: 'active' }, failure, TIMES);
        const tick = NOW + BigInt(tickMs) * TICKS_PER_MS;
        const isClaimed = nextDueAt <= tick + claimTolerance(TIMES.nextTick - NOW);
        if (isClaimed) expect(tickMs).toBeGreaterThanOrEqual(retryAfterMs);
      }),
    );
  });

  test('frees the tenant, counts, names the failure and comes back later, whatever failed', () => {
    fc.assert(
      fc.property(polled, fc.oneof(error, fc.constantFrom(new TypeError('bug'), 'text', null)), (before, failure) => {
        const after = afterFailure(before, failure, TIMES);
        const waitMs = failure instanceof AppError ? (failure.retryAfterMs ?? 0) : 0;
        expect(after).toMatchObject({ busyUntil: 0n, failedPolls: before.failedPolls + 1, lastPolledAt: NOW });
        expect(after.lastError?.code).toBe(failure instanceof AppError ? failure.code : 'internal-error');
        expect(after.nextDueAt).toBeGreaterThan(NOW);
        expect(after.nextDueAt).toBeLessThanOrEqual(NOW + 2n * TICKS_PER_HOUR + 3n * TICKS_PER_MINUTE);
        if (after.lastError?.blame !== 'tenant')
          expect(after.nextDueAt).toBeGreaterThanOrEqual(NOW + BigInt(waitMs) * TICKS_PER_MS);
        expect(after).toMatchObject({ completeThrough: before.completeThrough, sequence: before.sequence });
      }),
      { numRuns: 300 },
    );
  });

  test('changes the status only when the tenant has to act', () => {
    fc.assert(
      fc.property(polled, error, (before, failure) => {
        const after = afterFailure(before, failure, TIMES);
        if (failure.blame !== 'tenant') expect(after.status).toBe(before.status);
        else expect(['consent-missing', 'not-licensed', 'unreachable', 'pending']).toContain(after.status);
        expect(after.statusSince).toBe(after.status === before.status ? before.statusSince : NOW);
      }),
    );
  });

  test.each([
    ['missing-role', 'consent-missing'],
    ['consent-missing', 'consent-missing'],
    ['unauthorized', 'consent-missing'],
    ['forbidden', 'consent-missing'],
    ['not-licensed', 'not-licensed'],
    ['access-blocked', 'unreachable'],
  ] as const)(
    'for %s of the tenant makes it %s and tries again at the next tick if it ever worked, else in an hour',
    (what, status) => {
      const worked = { completeThrough: NOW - TICKS_PER_HOUR };
      expect(failWith('tenant', what, worked)).toMatchObject({ status, statusSince: NOW, nextDueAt: TIMES.nextTick });
      expect(failWith('tenant', what)).toMatchObject({ status, statusSince: NOW, nextDueAt: NOW + TICKS_PER_HOUR });
    },
  );

  test('sends nobody to a customer that worked before it is known whether all are refused', () => {
    const error = new AppError('consent-missing', 'No', { action: 'Send a new link' });
    const actionOf = (state: Partial<TenantState>): string | undefined =>
      afterFailure({ ...blank, status: 'active', ...state }, error, TIMES).lastError?.action;
    expect(actionOf({ completeThrough: NOW })).toBe('Send a new link; not while GET /health says fleet-refused');
    expect(actionOf({})).toBe('Send a new link');
  });

  test('tries a refused tenant that worked after as long again as it is refused, up to an hour', () => {
    let state: TenantState = { ...blank, status: 'active', completeThrough: NOW };
    let now = NOW;
    const triedAt: number[] = [];
    for (let polls = 0; polls < 9; polls += 1) {
      triedAt.push(Number((now - NOW) / TICKS_PER_MINUTE));
      const times = { now, nextTick: now + 5n * TICKS_PER_MINUTE };
      state = afterFailure(state, new AppError('forbidden', 'Refused'), times);
      now = state.nextDueAt;
    }
    expect(triedAt).toEqual([0, 5, 10, 20, 40, 80, 140, 200, 260]);
    expect(state).toMatchObject({ status: 'consent-missing', statusSince: NOW });
  });

  test('shows a consent to the wrong role as missing, although the partner has to act first', () => {
    expect(failWith('partner', 'consent-missing')).toMatchObject({
      status: 'consent-missing',
      nextDueAt: NOW + TICKS_PER_HOUR,
      lastError: { blame: 'partner', code: 'consent-missing' },
    });
  });

  test('proves a fresh consent after 1, 2, 5, 10 and 30 minutes, then hourly until a day has passed', () => {
    let state: TenantState = { ...blank, status: 'pending', statusSince: NOW };
    let now = NOW;
    const waits: number[] = [];
    while (state.status === 'pending') {
      state = afterFailure(state, new AppError('consent-missing', 'Not yet'), { now, nextTick: now });
      waits.push(Number((state.nextDueAt - now) / TICKS_PER_MINUTE));
      now = state.nextDueAt;
    }
    expect(waits.slice(0, 6)).toEqual([1, 2, 5, 10, 30, 60]);
    expect(new Set(waits.slice(6))).toEqual(new Set([60]));
    expect(waits).toHaveLength(5 + 24 + 1);
    expect(state.status).toBe('consent-missing');
  });

  test('keeps since when a failure lasts, until another one comes', () => {
    const first = failWith('tenant', 'missing-role');
    const times = { now: NOW + TICKS_PER_HOUR, nextTick: NOW + 2n * TICKS_PER_HOUR };
    const same = afterFailure(first, new AppError('missing-role', 'Again'), times);
    const other = afterFailure(same, new AppError('throttled', 'Else'), times);
    expect(same.lastError).toMatchObject({ since: NOW, message: 'Again' });
    expect(other.lastError).toMatchObject({ since: times.now, code: 'throttled' });
  });

  test('takes an unexpected error and a caller error for a bug of ours, without its text', () => {
    expect(afterFailure(blank, new Error('secret'), TIMES).lastError).toMatchObject({
      code: 'internal-error',
      blame: 'collector',
      message: expect.not.stringContaining('secret'),
    });
    expect(failWith('caller', 'bad-parameter').lastError?.blame).toBe('collector');
  });
});

describe('afterSuccess()', () => {
  test('makes a polled tenant active, free and due at the next tick, and forgets the failure', () => {
    fc.assert(
      fc.property(polled.filter(isPollable), error, (before, failure) => {
        const after = afterSuccess(afterFailure(before, failure, TIMES), TIMES);
        expect(after).toMatchObject({ status: 'active', busyUntil: 0n, nextDueAt: TIMES.nextTick, lastPolledAt: NOW });
        expect(after).toMatchObject({ failedPolls: 0, failedProofs: 0, lastError: undefined });
        expect(afterSuccess(before, TIMES).statusSince).toBe(before.status === 'active' ? before.statusSince : NOW);
      }),
    );
  });
});
