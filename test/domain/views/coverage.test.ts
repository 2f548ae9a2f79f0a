import { describe, expect, test } from '@jest/globals';
import { startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import type { TenantRecord } from '../../../shared/domain/tenants/tenant-record.ts';
import { newTenantState, type LastError, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { formatTicks, TICKS_PER_DAY, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { toCoverage, type KnownTenant } from '../../../shared/domain/views/coverage.ts';
import { tenantNumber, ticksOf } from '../../helpers/seed.ts';

const NOW = ticksOf('2026-01-01T12:00:00Z');
const SETTINGS = { intervalSeconds: 300, quietIntervalMinutes: 5 };
const lastError: LastError = { code: 'missing-role', message: '', blame: 'tenant', action: '', since: NOW };

function known(number: number, lagMinutes: number | undefined, fields: Partial<TenantState> = {}): KnownTenant {
  const tenantId = tenantNumber(number);
  const completeThrough = lagMinutes === undefined ? undefined : NOW - BigInt(lagMinutes) * TICKS_PER_MINUTE;
  const state = {
    ...newTenantState(tenantId, 'defender', NOW - TICKS_PER_DAY),
    status: 'active',
    completeThrough,
    ...fields,
  } as const;
  return { tenantId, record: undefined, state };
}

function aRecord(fields: Partial<TenantRecord>): TenantRecord {
  const names = { tenantId: tenantNumber(1), displayName: 'A', customer: null, labels: [] };
  return { ...names, consentedAt: null, deletedAt: null, createdAt: null, ...fields };
}

const proven = (minutes: number): Partial<TenantState> => ({
  status: 'pending',
  statusSince: NOW - BigInt(minutes) * TICKS_PER_MINUTE,
});

const agoText = (minutes: number): string => formatTicks(NOW - BigInt(minutes) * TICKS_PER_MINUTE);

describe('toCoverage()', () => {
  test.each([
    ['a lag of 15 minutes', known(1, 15), undefined],
    ['a lag above 15 minutes', known(1, 16), 'stale'],
    ['a lag with a reason', known(1, 16, { lastError }), 'missing-role'],
    ['a failure that is not late yet', known(1, 5, { lastError }), undefined],
    ['an old part that is still being read', known(1, 90, { backfill: startCycle(0n, NOW, NOW) }), 'catching-up'],
    ['no complete reading', known(1, undefined), 'stale'],
    ['a pause', known(1, 1, { isPaused: true }), 'paused'],
    ['a status that is not polled', known(1, 1, { status: 'awaiting-approval' }), 'awaiting-approval'],
    ['a missing consent', known(1, 1, { status: 'consent-missing' }), 'consent-missing'],
    ['no proof yet', known(1, undefined, { status: 'pending' }), 'pending'],
    [
      'no state row',
      {
        ...known(1, 1),
        state: undefined,
        record: aRecord({}),
      },
      'tenant-state-missing',
    ],
    ['no registration', { ...known(1, 1), state: undefined }, 'not-registered'],
  ])('names a tenant with %s by its code', (_case, tenant, code) => {
    expect(toCoverage([tenant], SETTINGS, { now: NOW }).blind.map((blind) => blind.code)).toEqual(
      code === undefined ? [] : [code],
    );
  });

  const deleted = { ...known(1, 1, { isPaused: true }), record: aRecord({ deletedAt: agoText(9) }) };
  const backfill = startCycle(0n, NOW, NOW);
  test.each([
    ['an interval without a poll', known(1, 60), 'stale', 'blind'],
    ['a consent that is proven right now', known(1, undefined, proven(2)), 'pending', 'reading'],
    ['a consent that nobody proves', known(1, undefined, proven(16)), 'pending', 'blind'],
    ['a first read', known(1, 40_000, { ...proven(60), backfill }), 'first-read', 'reading'],
    ['a first read that fails', known(1, 40_000, { ...proven(60), backfill, lastError }), 'missing-role', 'blind'],
    ['a catch-up', known(1, 90, { backfill }), 'catching-up', 'reading'],
    ['a pause', known(1, 1, { isPaused: true, lastError }), 'paused', 'stopped'],
    ['a deletion', deleted, 'deleted', 'stopped'],
    ['a purge', known(1, 1, { status: 'purging' }), 'purging', 'stopped'],
    ['a missing consent', known(1, 1, { status: 'consent-missing' }), 'consent-missing', 'blind'],
  ])('%s says whether somebody should look', (_case, tenant, code, kind) => {
    const { blind, blindCount, readingCount, stoppedCount } = toCoverage([tenant], SETTINGS, { now: NOW });
    expect(blind).toMatchObject([{ code, kind }]);
    expect([blindCount, readingCount, stoppedCount]).toEqual([
      1,
      Number(kind === 'reading'),
      Number(kind === 'stopped'),
    ]);
  });

  test('a failing customer stands before 30 that were stopped long ago, and a first read that is over is no failure', () => {
    const stopped = Array.from({ length: 30 }, (_, number) => known(number + 9, 90_000, { isPaused: true }));
    const lastBlind = { since: NOW - 3n * TICKS_PER_MINUTE, until: NOW - 2n * TICKS_PER_MINUTE, code: 'pending' };
    const tenants = [...stopped, known(2, 1, { lastBlind }), known(1, 60)];

    const { blind, blindCount, readingCount, stoppedCount } = toCoverage(tenants, SETTINGS, {
      now: NOW,
      since: NOW - TICKS_PER_DAY,
    });

    expect(blind.slice(0, 3).map(({ kind }) => kind)).toEqual(['blind', 'reading', 'stopped']);
    expect([blindCount, readingCount, stoppedCount]).toEqual([32, 1, 30]);
  });

  test('is complete up to the least complete tenant', () => {
    const tenants = [known(1, 2), known(2, 60), known(3, 7)];

    expect(toCoverage(tenants, SETTINGS, { now: NOW })).toMatchObject({
      completeThrough: agoText(60),
      completeThroughExceptBlind: agoText(7),
      blindCount: 1,
      blind: [{ tenantId: tenantNumber(2), since: agoText(60) }],
    });
    expect(toCoverage([...tenants, known(4, undefined)], SETTINGS, { now: NOW }).completeThrough).toBeNull();
    expect(
      toCoverage([...tenants, known(4, undefined, { status: 'invited' })], SETTINGS, { now: NOW }).completeThrough,
    ).toBe(agoText(60));
    expect(toCoverage([], SETTINGS, { now: NOW })).toMatchObject({ completeThrough: null, blindCount: 0 });
  });

  test('shows the worst 20 first and counts all', () => {
    const tenants = Array.from({ length: 30 }, (_, number) => known(number, number === 0 ? undefined : 100 + number));

    const { blind, blindCount } = toCoverage(tenants, SETTINGS, { now: NOW });

    expect(blindCount).toBe(30);
    expect(blind.map(({ tenantId }) => tenantId)).toEqual(
      [0, ...Array.from({ length: 19 }, (_, index) => 29 - index)].map(tenantNumber),
    );
    expect(blind[0]?.since).toBe(formatTicks(NOW - TICKS_PER_DAY));
  });

  test('waits longer for a tenant that is polled less often', () => {
    const quiet = known(1, 50, { lastPolledAt: NOW, lastChangeAt: NOW - 2n * TICKS_PER_DAY });
    expect(toCoverage([quiet], { intervalSeconds: 300, quietIntervalMinutes: 20 }, { now: NOW }).blindCount).toBe(0);
    expect(toCoverage([quiet], SETTINGS, { now: NOW }).blindCount).toBe(1);
  });
});
