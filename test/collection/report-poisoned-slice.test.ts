import { beforeEach, describe, expect, test } from '@jest/globals';
import { reportPoisonedSlice } from '../../shared/collection/report-poisoned-slice.ts';
import { toSliceMessage } from '../../shared/domain/collection/slice.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_HOUR, TICKS_PER_MINUTE, type Ticks } from '../../shared/domain/values/ticks.ts';
import type { LineFields } from '../../shared/ports/log.ts';
import type { Table } from '../../shared/ports/table.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { seedState, tenantNumber } from '../helpers/seed.ts';
import { createFaultyTable } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const [CRASHED, OTHER] = [tenantNumber(1), tenantNumber(2)];
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

let table: MemoryTable;
let tick: Ticks;
let lines: LineFields[];

beforeEach(async () => {
  table = createMemoryTable();
  tick = table.serviceTime();
  lines = [];
  await seedState(table, CRASHED, { status: 'active', claimedTick: tick, lastPolledAt: tick - TICKS_PER_MINUTE });
  table.advance(3_600);
});

async function report(at: Table = table): Promise<void> {
  const log = (_level: string, message: string, fields: LineFields = {}) => void lines.push({ message, ...fields });
  await reportPoisonedSlice({ table: at, clock, log }, toSliceMessage({ tick, tenantIds: [CRASHED, OTHER] }));
}

const stateOf = (tenantId: typeof CRASHED): TenantState =>
  readStateRow(table.rows(shardOf(tenantId)).get(stateKey(tenantId)) ?? {});

describe('reportPoisonedSlice()', () => {
  test.each<[string, Partial<TenantState>]>([
    ['was read since', { lastPolledAt: 1n }],
    ['was given to another worker since', { claimedTick: 1n }],
    ['was paused since', { isPaused: true }],
    ['is being erased', { status: 'purging' }],
  ])('leaves a tenant that %s as it is and marks the one that nobody has read', async (_what, since) => {
    const plus = (field: 'lastPolledAt' | 'claimedTick') => field in since && { [field]: tick + TICKS_PER_MINUTE };
    const fields = { ...since, ...plus('lastPolledAt'), ...plus('claimedTick') };
    await seedState(table, OTHER, { status: 'active', claimedTick: tick, ...fields });
    const before = stateOf(OTHER);

    await report();

    expect(stateOf(OTHER)).toEqual(before);
    expect(stateOf(CRASHED)).toMatchObject({ failedPolls: 1, lastError: { code: 'crashed' } });
    expect(stateOf(CRASHED).nextDueAt).toBeGreaterThanOrEqual(table.serviceTime() + TICKS_PER_HOUR - TICKS_PER_MINUTE);
    expect(lines).toEqual([{ message: 'poison_message', tenants: 2, first: CRASHED, crashed: 1 }]);
  });

  test('leaves a tenant that is read while its crash is being recorded', async () => {
    const faulty = createFaultyTable(table);
    let isRead = false;
    faulty.beforeWrite = async () => {
      if (isRead || faulty.sent.at(-1)?.[0]?.rowKey !== stateKey(CRASHED)) return;
      isRead = true;
      const poll = await openSession(table, clock, CRASHED);
      await poll?.commit({ change: (state) => ({ ...state, lastPolledAt: table.serviceTime() }) });
    };

    await report(faulty);

    expect(isRead).toBe(true);
    expect(stateOf(CRASHED)).toMatchObject({ failedPolls: 0, lastError: undefined });
    expect(lines).toEqual([{ message: 'poison_message', tenants: 2, first: CRASHED, crashed: 0 }]);
  });
});
