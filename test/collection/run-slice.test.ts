import { beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { readHostJson } from '../../local/host/functions/host-json.ts';
import type { SliceDeps } from '../../shared/collection/collect-slice.ts';
import { runSlice } from '../../shared/collection/run-slice.ts';
import { readSliceMessage, toSliceMessage, type Slice } from '../../shared/domain/collection/slice.ts';
import { toIncident } from '../../shared/domain/defender/to-incident.ts';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { chargeCalls, DEFAULT_CALL_LIMITS, EMPTY_BUDGET } from '../../shared/domain/reading/call-budget.ts';
import { createRepeatBudget } from '../../shared/domain/reading/repeat-budget.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, msFromTicks, TICKS_PER_MINUTE, TICKS_PER_SECOND } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type { Table } from '../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../shared/ports/telemetry.ts';
import { seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const [ONE, TWO] = [tenantNumber(1), tenantNumber(2)];

interface Sent {
  queue: string;
  slice: Slice;
  delaySeconds: number;
}

let table: MemoryTable;
let sent: Sent[];
let nowMs: number;
/** How long a call takes and whether it fails then. */
let answer: { takesMs: number; fails: boolean };
let calls: TenantId[];
/** What each call answers; empty: a full page that nothing can be learnt from. */
let page: ObservedIncident[];
/** How long each request to the storage takes. */
let storageMs: number;
beforeEach(() => {
  table = createMemoryTable();
  sent = [];
  nowMs = msFromTicks(table.serviceTime());
  answer = { takesMs: 100, fails: false };
  calls = [];
  page = [];
  storageMs = 0;
});

function observed(tenantId: TenantId, incidentId: string): ObservedIncident {
  const time = formatTicks(table.serviceTime() - TICKS_PER_MINUTE);
  const entry = { incidentId, lastUpdateTime: time, createdTime: time, status: 'Active' };
  return toIncident(entry, incidentId, { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n });
}

function slowTable(): Table {
  const after = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
    nowMs += storageMs;
    return work;
  };
  return {
    serviceTime: () => table.serviceTime(),
    get: async (...args) => after(table.get(...args)),
    list: async (...args) => after(table.list(...args)),
    transact: async (...args) => after(table.transact(...args)),
  };
}

function sender(queue: string) {
  return {
    send: async (message: object, { delaySeconds = 0 } = {}) => {
      sent.push({ queue, slice: readSliceMessage(JSON.parse(JSON.stringify(message))), delaySeconds });
    },
  };
}

function worker(): SliceDeps {
  const call = async (tenantId: TenantId, skip = 0) => {
    calls.push(tenantId);
    nowMs += answer.takesMs;
    if (answer.fails) throw new AppError('source-unavailable', 'Hangs');
    // A full page that nothing can be learnt from: reading goes on without end.
    return {
      incidents: page.slice(skip),
      withoutId: [],
      count: page.length === 0 ? 100 : page.slice(skip).length,
      sourceStatuses: [],
      nextLink: undefined,
      isPartial: false,
      visibleUntil: table.serviceTime(),
    };
  };
  return {
    table: slowTable(),
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async (ms) => void (nowMs += ms) },
    log: () => undefined,
    telemetry: NO_TELEMETRY,
    sources: {
      graph: undefined,
      defender: {
        open: async (tenantId) => ({
          source: 'defender',
          maxTop: 100,
          statuses: [],
          list: ({ skip }) => call(tenantId, skip),
          follow: () => call(tenantId),
          get: async () => undefined,
          dropToken: () => undefined,
        }),
      },
    },
    settings: {
      defaultSource: 'defender',
      initialLookbackDays: 30,
      overlapMinutes: 30,
      intervalSeconds: 300,
      quietIntervalMinutes: 5,
      callLimits: DEFAULT_CALL_LIMITS,
      callsPerRun: 40,
      turnMs: 55_000,
      failingTurnMs: 45_000,
      reconcileDays: 0,
    },
    repeats: createRepeatBudget(),
    random: () => 0.5,
    tenantConcurrency: 8,
    sliceBudgetMs: 420_000,
  };
}

interface SliceOptions {
  fields: Partial<TenantState>;
  deliveries: number;
  sliceBudgetMs: number;
  tenantConcurrency: number;
  from: 'tenants' | 'slowTenants';
}

/** A message for these tenants, claimed by a tick of now. */
async function deliver(
  tenantIds: readonly TenantId[],
  {
    fields = {},
    deliveries = 1,
    sliceBudgetMs = 420_000,
    tenantConcurrency = 8,
    from = 'tenants',
  }: Partial<SliceOptions> = {},
): Promise<bigint> {
  const tick = table.serviceTime();
  for (const tenantId of tenantIds)
    await seedState(table, tenantId, { status: 'active', claimedTick: tick, nextDueAt: tick, ...fields });
  const message = toSliceMessage({ tick, tenantIds: [...tenantIds] });
  const deps = {
    collectDeps: { ...worker(), sliceBudgetMs, tenantConcurrency },
    sliceQueues: { tenants: sender('tenants'), slowTenants: sender('slowTenants') },
  };
  await runSlice(deps, message, { from, deliveries });
  return tick;
}

const stateOf = (tenantId: TenantId): TenantState =>
  readStateRow(table.rows(shardOf(tenantId)).get(stateKey(tenantId)) ?? {});

describe('runSlice()', () => {
  test('sends tenants that have more to read to the end of the queue of slow ones, and keeps them claimed for that', async () => {
    const tick = await deliver([ONE, TWO]);

    expect(sent).toEqual([
      {
        queue: 'slowTenants',
        slice: { tick: expect.any(BigInt), tenantIds: [ONE, TWO], isNextTurn: true },
        delaySeconds: expect.any(Number),
      },
    ]);
    const [next] = sent;
    for (const { claimedTick, busyUntil, nextDueAt, isClaimedAsSlow } of [stateOf(ONE), stateOf(TWO)]) {
      expect(claimedTick > tick && claimedTick <= (next?.slice.tick ?? 0n)).toBe(true);
      expect(busyUntil).toBeGreaterThanOrEqual(claimedTick + 10n * TICKS_PER_MINUTE);
      expect([nextDueAt, isClaimedAsSlow]).toEqual([claimedTick, true]);
    }
  });

  test('shows a further turn to a worker when its calls are allowed again', async () => {
    const now = table.serviceTime();
    const budget = chargeCalls(EMPTY_BUDGET, now - 40n * TICKS_PER_SECOND, DEFAULT_CALL_LIMITS.defender.perMinute - 1);

    await deliver([ONE], { fields: { budget } });

    expect(sent).toHaveLength(1);
    expect(sent[0]?.delaySeconds).toBeGreaterThan(20);
    expect(sent[0]?.delaySeconds).toBeLessThanOrEqual(40);
  });

  test('leaves a tenant whose calls of the hour are spent to the ticks', async () => {
    const now = table.serviceTime();
    const budget = chargeCalls(EMPTY_BUDGET, now - 5n * TICKS_PER_MINUTE, DEFAULT_CALL_LIMITS.defender.perHour - 1);

    const tick = await deliver([ONE], { fields: { budget } });

    expect(sent).toEqual([]);
    expect(stateOf(ONE)).toMatchObject({ claimedTick: tick, busyUntil: 0n });
  });

  test('takes a slice that comes a second time apart, away from those who are well', async () => {
    await deliver([ONE, TWO], { deliveries: 2 });

    expect(calls).toEqual([]);
    expect(sent.map(({ queue, slice }) => [queue, slice.tenantIds])).toEqual([
      ['slowTenants', [ONE]],
      ['slowTenants', [TWO]],
    ]);
  });

  test('sends on in the same queue whom there was no time for', async () => {
    await deliver([ONE, TWO], { sliceBudgetMs: 20_000 });

    expect(calls).toEqual([]);
    expect(sent.map(({ queue, slice }) => [queue, slice.tenantIds])).toEqual([['tenants', [ONE, TWO]]]);
  });

  test.each([
    ['is well', 0, 30_000],
    ['failed last time', 2, 30_000],
    ['failed last time and fails fast', 2, 2_000],
  ])('spends no more than a turn on a tenant that hangs and %s', async (_name, failedPolls, takesMs) => {
    answer = { takesMs, fails: true };
    const startedMs = nowMs;

    await deliver([ONE], { fields: { failedPolls } });

    expect(nowMs - startedMs).toBeLessThanOrEqual(45_000);
    expect(calls.length).toBeGreaterThan(0);
    expect(stateOf(ONE)).toMatchObject({ failedPolls: failedPolls + 1, lastError: { code: 'source-unavailable' } });
    expect(sent).toEqual([]);
  });

  test.each([3_000, 6_000])(
    'ends a minute before the platform would end its process, when every storage request takes %i ms',
    async (takesMs) => {
      page = Array.from({ length: 99 }, (_, number) => observed(ONE, String(number + 1)));
      storageMs = takesMs;
      const { functionTimeoutMs } = readHostJson(await readFile(new URL('../../host.json', import.meta.url), 'utf8'));
      const startedMs = nowMs;

      await deliver([ONE, TWO]);

      expect(calls).toContain(ONE);
      expect(nowMs - startedMs).toBeGreaterThan(80_000);
      expect(nowMs - startedMs).toBeLessThan(functionTimeoutMs - 60_000);
    },
  );

  test.each([8_000, 15_000, 20_000, 25_000, 29_999])(
    'ends two minutes before the platform would end its process, when every answer takes %i ms and has no end',
    async (takesMs) => {
      answer = { takesMs, fails: false };
      const tenantIds = Array.from({ length: 25 }, (_, number) => tenantNumber(number + 1));
      const { functionTimeoutMs } = readHostJson(await readFile(new URL('../../host.json', import.meta.url), 'utf8'));

      for (const from of ['tenants', 'slowTenants'] as const) {
        const startedMs = nowMs;
        await deliver(tenantIds, { from, tenantConcurrency: 1 });
        expect(nowMs - startedMs).toBeGreaterThan(100_000);
        expect(nowMs - startedMs).toBeLessThan(functionTimeoutMs - 120_000);
      }
    },
  );
});
