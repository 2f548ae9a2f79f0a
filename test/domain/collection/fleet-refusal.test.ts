import { describe, expect, test } from '@jest/globals';
import { findFleetRefusal } from '../../../shared/domain/collection/fleet-refusal.ts';
import { newTenantState, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import { tenantNumber, ticksOf } from '../../helpers/seed.ts';

const NOW = ticksOf('2026-01-01T00:00:00Z');
const minutes = (count: number): Ticks => BigInt(count) * TICKS_PER_MINUTE;

let numbers = 0;
function tenant(change: Partial<TenantState>): TenantState {
  return { ...newTenantState(tenantNumber((numbers += 1)), 'defender', NOW), completeThrough: NOW, ...change };
}
const read = (count: number): TenantState[] => Array.from({ length: count }, () => tenant({ status: 'active' }));
const refused = (
  minute: number,
  code: ErrorCode = 'consent-missing',
  change: Partial<TenantState> = {},
): TenantState => {
  const lastError = {
    code,
    message: `AADSTS700016, ${code}`,
    blame: 'tenant',
    action: 'Ask',
    since: NOW + minutes(minute),
  } as const;
  return tenant({ status: 'consent-missing', lastError, ...change });
};

describe('findFleetRefusal()', () => {
  test.each([
    ['three of three', [refused(0), refused(1), refused(2)], 3],
    ['three of fifteen', [...read(12), refused(0), refused(1), refused(2)], 3],
    ['three in 15 minutes', [refused(0), refused(7), refused(15)], 3],
    ['the largest group', [refused(0, 'forbidden'), refused(0), refused(0), refused(0)], 3],
    ['those who came together, whoever left before', [refused(-900), refused(0), refused(1), refused(2)], 3],
    ['all of them an hour later', [...read(2), refused(-60), refused(-58), refused(-57)], 3],
  ])('sees %s', (_name, states, count) => {
    expect(findFleetRefusal(states)).toMatchObject({
      code: 'consent-missing',
      refused: count,
      message: expect.stringContaining('AADSTS700016'),
    });
  });

  test.each([
    ['two of two', [refused(0), refused(1)]],
    ['three of sixteen', [...read(13), refused(0), refused(1), refused(2)]],
    ['three over a day', [refused(0), refused(500), refused(1_000)]],
    ['three reasons', [refused(0, 'forbidden'), refused(0), refused(0, 'not-licensed')]],
    [
      'tenants that were never read',
      [1, 2, 3].map(() => refused(0, 'consent-missing', { completeThrough: undefined })),
    ],
    ['tenants that are paused', [1, 2, 3].map(() => refused(0, 'consent-missing', { isPaused: true }))],
    ['failures that refuse nobody', [1, 2, 3].map(() => refused(0, 'source-unavailable', { status: 'active' }))],
    ['nobody', []],
  ])('does not take %s for it', (_name, states) => {
    expect(findFleetRefusal(states)).toBeUndefined();
  });

  test('names since when, and how many there are', () => {
    expect(findFleetRefusal([...read(1), refused(2), refused(1), refused(3)])).toMatchObject({
      since: NOW + minutes(1),
      refused: 3,
      known: 4,
    });
  });
});
