import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ALIVE,
  judgeSource,
  readSourceStateRow,
  toSourceStateRow,
  wouldGoBlind,
  type SourceState,
} from '../../../shared/domain/collection/source-state.ts';
import { newTenantState, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber, ticksOf } from '../../helpers/seed.ts';

const NOW = ticksOf('2027-02-01T12:00:00Z');
const INTERVAL = 5n * TICKS_PER_MINUTE;
const AT = { now: NOW, interval: INTERVAL, setting: 'auto' } as const;

let numbers = 0;

function aTenant(change: Partial<TenantState> = {}): TenantState {
  const state = newTenantState(tenantNumber((numbers += 1)), 'auto', NOW);
  return { ...state, ownSource: undefined, status: 'active', completeThrough: NOW, lastPolledAt: NOW, ...change };
}

const seeing = (change: Partial<TenantState> = {}): TenantState => aTenant({ seenAt: NOW - INTERVAL, ...change });
const refused = (change: Partial<TenantState> = {}): TenantState =>
  aTenant({ seenAt: NOW - INTERVAL, sign: { kind: 'gone', since: NOW, message: '410' }, ...change });
const since = (stage: SourceState['stage'], minutes: bigint): SourceState => ({
  stage,
  since: NOW - minutes * TICKS_PER_MINUTE,
  message: '410',
});

describe('judgeSource()', () => {
  test.each<[string, TenantState[], SourceState['stage']]>([
    ['nobody is polled', [], 'alive'],
    ['nobody says anything', [aTenant(), aTenant()], 'alive'],
    ['one alone says that it is gone', [refused()], 'alive'],
    ['one of many says so', [refused(), seeing(), seeing()], 'alive'],
    ['fewer say so than see', [refused(), refused(), seeing(), seeing(), seeing()], 'alive'],
    ['two say so and nobody sees', [refused(), refused(), aTenant()], 'suspected'],
    ['as many say so as see', [refused(), refused(), seeing(), seeing()], 'suspected'],
    ['they are paused', [refused({ isPaused: true }), refused({ isPaused: true })], 'alive'],
    ['they are read from Graph', [refused({ readFrom: 'graph' }), refused({ readFrom: 'graph' })], 'alive'],
  ])('where %s', (_name, states, stage) => {
    expect(judgeSource(states, ALIVE, AT).stage).toBe(stage);
  });

  test('decides when the suspicion has lasted three intervals and nobody has seen an incident in them', () => {
    const states = [refused(), refused(), aTenant()];

    expect(judgeSource(states, since('suspected', 14n), AT)).toEqual(since('suspected', 14n));
    expect(judgeSource(states, since('suspected', 15n), AT)).toEqual({ stage: 'retired', since: NOW, message: '410' });
    expect(judgeSource([...states, seeing()], since('suspected', 60n), AT).stage).toBe('suspected');
    const longAgo = seeing({ seenAt: NOW - 3n * INTERVAL });
    expect(judgeSource([...states, longAgo], since('suspected', 60n), AT).stage).toBe('retired');
  });

  test('forgets a suspicion with its signs, and never goes from alive to retired at once', () => {
    expect(judgeSource([seeing(), seeing()], since('suspected', 60n), AT)).toEqual(ALIVE);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 20 }), (signs) => {
        const states = signs.map((isSign) => (isSign ? refused() : seeing()));
        expect(judgeSource(states, ALIVE, AT).stage).not.toBe('retired');
      }),
    );
  });

  test('stands by its decision while somebody is on "auto", and only then', () => {
    const before = since('retired', 600n);

    expect(judgeSource([seeing(), seeing()], before, AT)).toEqual(before);
    expect(judgeSource([seeing(), seeing({ ownSource: 'auto' })], before, { ...AT, setting: 'graph' })).toEqual(before);
    expect(judgeSource([refused(), refused()], before, { ...AT, setting: 'defender' })).toEqual(before);
    expect(judgeSource([seeing(), seeing()], before, { ...AT, setting: 'defender' })).toEqual(ALIVE);
  });
});

test('wouldGoBlind() names who is on "auto", is read, and lacks something of Graph', () => {
  const problem = { code: 'missing-role', message: 'No role', blame: 'tenant', action: 'Send', since: NOW } as const;
  const standby = { checkedAt: NOW, problem };

  expect(wouldGoBlind(aTenant({ standby }), 'auto')).toBe(true);
  expect(wouldGoBlind(aTenant({ standby, ownSource: 'defender' }), 'auto')).toBe(false);
  expect(wouldGoBlind(aTenant({ standby, ownSource: 'auto' }), 'defender')).toBe(true);
  expect(wouldGoBlind(aTenant({ standby: { checkedAt: NOW } }), 'auto')).toBe(false);
  expect(wouldGoBlind(aTenant({ standby, readFrom: 'graph' }), 'auto')).toBe(false);
  expect(wouldGoBlind(aTenant({ standby, isPaused: true }), 'auto')).toBe(false);
  expect(wouldGoBlind(aTenant({ standby, completeThrough: undefined }), 'auto')).toBe(false);
});

test('wouldGoBlind() names who is on "defender" by the setting alone, whatever is known of Graph', () => {
  for (const standby of [undefined, { checkedAt: NOW }]) {
    expect(wouldGoBlind(aTenant({ standby }), 'defender')).toBe(true);
    expect(wouldGoBlind(aTenant({ standby, ownSource: 'defender' }), 'defender')).toBe(false);
    expect(wouldGoBlind(aTenant({ standby, ownSource: 'auto' }), 'defender')).toBe(false);
    expect(wouldGoBlind(aTenant({ standby }), 'graph')).toBe(false);
    expect(wouldGoBlind(aTenant({ standby, isPaused: true }), 'defender')).toBe(false);
    expect(wouldGoBlind(aTenant({ standby, completeThrough: undefined }), 'defender')).toBe(false);
  }
});

test('readSourceStateRow() reads what toSourceStateRow() wrote, and takes anything else for alive', () => {
  const sourceState = since('retired', 5n);

  expect(readSourceStateRow(toSourceStateRow(sourceState))).toEqual(sourceState);
  for (const row of [undefined, {}, { stage: 'gone', since: 'x' }, { ...toSourceStateRow(sourceState), since: '' }])
    expect(readSourceStateRow(row)).toEqual(ALIVE);
});
