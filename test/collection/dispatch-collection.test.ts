import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readHostJson } from '../../local/host/functions/host-json.ts';
import {
  dispatchCollection,
  type DispatchDeps,
  type TickMessages,
} from '../../shared/collection/dispatch-collection.ts';
import { readSliceMessage, type SliceMessage } from '../../shared/domain/collection/slice.ts';
import { DEFAULT_CALL_LIMITS } from '../../shared/domain/reading/call-budget.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { msFromTicks, type Ticks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import { LONGEST_REQUEST_MS, type Table } from '../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../shared/ports/telemetry.ts';
import { seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const [SLICE_SIZE, TENANT_CONCURRENCY] = [25, 8];
const ids = (from: number, count: number): TenantId[] =>
  Array.from({ length: count }, (_, number) => tenantNumber(from + number));

let table: MemoryTable;
let waiting: { tenants: unknown[]; slowTenants: unknown[] };
let lines: string[];
beforeEach(() => {
  table = createMemoryTable();
  waiting = { tenants: [], slowTenants: [] };
  lines = [];
});

async function tick(queues: Partial<DispatchDeps['queues']> = {}, onTable: Table = table): Promise<TickMessages> {
  const settings = {
    intervalSeconds: 300,
    quietIntervalMinutes: 5,
    callLimits: DEFAULT_CALL_LIMITS,
    sliceSize: SLICE_SIZE,
    tenantConcurrency: TENANT_CONCURRENCY,
    longestIntervalSeconds: 300,
    defaultSource: 'defender' as const,
  };
  const messages = await dispatchCollection({
    table: onTable,
    log: (_level, message) => lines.push(message),
    telemetry: NO_TELEMETRY,
    settings,
    queues: {
      tenants: { peek: () => Promise.resolve(waiting.tenants) },
      slowTenants: { peek: () => Promise.resolve(waiting.slowTenants) },
      ...queues,
    },
  });
  waiting.tenants.push(...messages.slices);
  waiting.slowTenants.push(...messages.slowSlices);
  return messages;
}

const claimOf = (tenantId: TenantId): Ticks =>
  readStateRow(table.rows(shardOf(tenantId)).get(stateKey(tenantId)) ?? {}).claimedTick;

const tenantsOf = (messages: readonly SliceMessage[]): TenantId[] =>
  messages.flatMap((message) => readSliceMessage(message).tenantIds);

describe('dispatchCollection()', () => {
  test('sends tenants that failed last time to a queue of their own, so few together that all are polled at once', async () => {
    for (const tenantId of ids(0, 60)) await seedState(table, tenantId, { status: 'active' });
    for (const tenantId of ids(100, 20)) await seedState(table, tenantId, { status: 'active', failedPolls: 2 });

    const { slices, slowSlices } = await tick();

    expect(tenantsOf(slices).sort()).toEqual(ids(0, 60).sort());
    expect(tenantsOf(slowSlices).sort()).toEqual(ids(100, 20).sort());
    expect(slices.map(({ tenants }) => tenants.length)).toEqual([25, 25, 10]);
    expect(slowSlices.map(({ tenants }) => tenants.length)).toEqual([8, 8, 4]);
  });

  test('lets those go first that have waited longest, whatever their shard', async () => {
    const all = ids(0, 100);
    for (const [place, tenantId] of all.entries())
      await seedState(table, tenantId, { status: 'active', lastPolledAt: BigInt(1_000 - place) });

    const order = tenantsOf((await tick()).slices);

    expect(order).toEqual(all.toReversed());
    expect(new Set(order.slice(0, SLICE_SIZE).map(shardOf)).size).toBeGreaterThan(5);
  });

  test('neither claims again nor throws away what waits in the queue, for as long as it waits', async () => {
    await seedState(table, tenantNumber(1), { status: 'active' });
    const { slices } = await tick();

    for (let interval = 1; interval <= 24; interval += 1) {
      table.advance(300);
      expect((await tick()).slices).toEqual([]);
    }
    expect(waiting.tenants).toEqual(slices);
  });

  test('claims again what a worker took and never finished, once the claim has run out', async () => {
    await seedState(table, tenantNumber(1), { status: 'active' });
    await tick();
    waiting.tenants = [];

    table.advance(300);
    expect((await tick()).slices).toEqual([]);
    table.advance(300);
    expect(tenantsOf((await tick()).slices)).toEqual([tenantNumber(1)]);
  });

  test('sends what it has claimed before its process is ended, however slow the storage is', async () => {
    const all = ids(0, 200);
    for (const tenantId of all) await seedState(table, tenantId, { status: 'active' });
    const { functionTimeoutMs } = readHostJson(await readFile(new URL('../../host.json', import.meta.url), 'utf8'));
    const slow =
      <Args extends unknown[], Answer>(work: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        table.advance(LONGEST_REQUEST_MS / 1_000);
        return work(...args);
      };
    const started = table.serviceTime();

    const { slices } = await tick(
      {},
      { ...table, get: slow(table.get), list: slow(table.list), transact: slow(table.transact) },
    );

    expect(msFromTicks(table.serviceTime()) - msFromTicks(started)).toBeLessThan(functionTimeoutMs - 60_000);
    const claimed = all.filter((tenantId) => claimOf(tenantId) > 0n);
    expect(claimed.length).toBeGreaterThan(20);
    expect(claimed.length).toBeLessThan(all.length);
    expect(tenantsOf(slices).sort()).toEqual(claimed.sort());
  });

  test('goes on without having seen a queue, as if nothing waited there', async () => {
    const peek = (): Promise<never> => Promise.reject(new AppError('queue-unavailable', 'Down'));
    await seedState(table, tenantNumber(1), { status: 'active' });
    await tick({ tenants: { peek } });
    table.advance(600);
    await tick({ tenants: { peek } });
    table.advance(600);

    expect(tenantsOf((await tick()).slices)).toEqual([tenantNumber(1)]);
    expect(lines.filter((line) => line === 'queue_not_seen')).toHaveLength(2);
  });
});
