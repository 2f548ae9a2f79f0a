import { beforeEach, describe, expect, test } from '@jest/globals';
import { readCleanUpMessage, type CleanUpTask } from '../../shared/domain/removal/clean-up-task.ts';
import { changeLogKey, feedKey, stateKey, tenantRange } from '../../shared/domain/rows/row-keys.ts';
import { SHARDS, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type { LineFields } from '../../shared/ports/log.ts';
import type { Table } from '../../shared/ports/table.ts';
import { cleanUp, type CleanUpDeps } from '../../shared/removal/clean-up.ts';
import { dispatchCleanUp } from '../../shared/removal/dispatch-clean-up.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createDyingProcess } from '../helpers/tables/dying-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

/** The table's clock begins at 2026-01-01T00:00:00Z; with 400 days kept, the midnight that counts is that of 2024-11-27. */
const RETENTION_DAYS = 400;
const BEFORE_CUTOFF = '2024-11-26T12:00:00Z';
const OVERDUE = '2024-11-25T12:00:00Z';
const SINCE_CUTOFF = '2024-11-27T00:00:00Z';
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

let incidents: MemoryTable;
let tenants: MemoryTable;
let lines: { message: string; fields: LineFields }[];

beforeEach(() => {
  [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
  lines = [];
});

function depsOf(changes: Partial<CleanUpDeps> = {}): CleanUpDeps {
  const registry = createMemoryTable();
  return {
    incidents,
    tenants,
    consentRequests: registry,
    outcomes: registry,
    audit: createAuditLog(registry),
    tokens: undefined,
    clock,
    log: (_level, message, fields = {}) => {
      lines.push({ message, fields });
    },
    retentionDays: RETENTION_DAYS,
    budgetMs: 1_000,
    endMs: 100_000,
    ...changes,
  };
}

async function store(tenantId: TenantId, ...times: string[]): Promise<void> {
  await seedState(incidents, tenantId, { status: 'active', nextDueAt: 0n });
  await seedIncidents(
    incidents,
    tenantId,
    times.map((at, index) => anIncident(String(index + 1), at)),
  );
}

async function dispatch(changes: Partial<CleanUpDeps> = {}): Promise<CleanUpTask[]> {
  return (await dispatchCleanUp(depsOf(changes))).map(readCleanUpMessage);
}

const lineOf = (name: string): LineFields => lines.findLast(({ message }) => message === name)?.fields ?? {};
const idsIn = (tasks: readonly CleanUpTask[], kind: CleanUpTask['kind']): TenantId[] =>
  tasks.flatMap((task) => (task.kind === kind && 'tenantIds' in task ? task.tenantIds : []));

describe('dispatchCleanUp()', () => {
  test('sends workers only to tenants with incidents from before the midnight that counts', async () => {
    await store(tenantNumber(1), BEFORE_CUTOFF, '2025-12-01T00:00:00Z');
    await store(tenantNumber(2), SINCE_CUTOFF);
    await store(tenantNumber(3), '2025-12-01T00:00:00Z');
    incidents.advance(5 * 3_600);

    expect(idsIn(await dispatch(), 'incidents')).toEqual([tenantNumber(1)]);

    expect(lineOf('clean_up')).toMatchObject({ tenants: 1, overdueIncidents: 0, overdueLogs: 0, unseenShards: 0 });
  });

  test('counts what a whole day of clean-ups has left, and begins with it', async () => {
    const [a, b] = Array.from({ length: 40 }, (_, number) => tenantNumber(number)).filter(
      (id) => shardOf(id) === shardOf(tenantNumber(1)),
    );
    if (a === undefined || b === undefined) throw new Error('Forty tenants share sixteen partitions');
    await store(a, BEFORE_CUTOFF);
    await store(b, OVERDUE, OVERDUE);
    const log = [89n, 92n].map((days) => changeLogKey(incidents.serviceTime() - days * TICKS_PER_DAY, a, '1'));
    for (const rowKey of log)
      await incidents.transact(shardOf(a), [{ kind: 'upsert', rowKey, properties: { tenantId: a } }]);
    incidents.advance(5 * 3_600);

    const tasks = await dispatch();

    expect(idsIn(tasks, 'incidents')).toEqual([b, a]);
    expect(tasks).toContainEqual({ kind: 'change-log', shard: shardOf(a) });
    expect(lineOf('clean_up')).toMatchObject({ overdueIncidents: 2, overdueLogs: 1 });
  });

  test('finds what an earlier run has marked and an incident whose place in the feed is lost, this one within 16 days', async () => {
    const [marked, lost] = [tenantNumber(1), tenantNumber(2)];
    await seedState(incidents, marked, { status: 'active', expiring: ['7'] });
    await store(lost, BEFORE_CUTOFF);
    const rowKey = feedKey(lost, '1', ticksOf(BEFORE_CUTOFF));
    await incidents.transact(shardOf(lost), [{ kind: 'delete', rowKey }]);
    incidents.advance(3_600);
    expect(idsIn(await dispatch(), 'incidents')).toEqual([marked]);

    const found: TenantId[] = [];
    for (let day = 0; day < 16; day += 1) {
      incidents.advance(23 * 3_600);
      found.push(...idsIn(await dispatch(), 'incidents').filter((id) => id === lost));
      incidents.advance(3_600);
    }

    expect(found).toHaveLength(1);
  });

  test('counts customers in the registry that have lost their state row, and none that was deleted', async () => {
    const [lost, deleted] = [tenantNumber(2), tenantNumber(3)];
    await store(tenantNumber(1), SINCE_CUTOFF);
    await seedRecord(tenants, tenantNumber(1));
    await seedRecord(tenants, lost);
    await seedRecord(tenants, deleted, { deletedAt: '2026-01-01T00:00:00Z' });

    const tasks = await dispatch();

    expect(lineOf('clean_up')).toMatchObject({ statelessTenants: 1 });
    expect(idsIn(tasks, 'erased-tenants').sort()).toEqual([lost, deleted]);
  });

  test('looks at every other partition when one cannot be read, and says so', async () => {
    await store(tenantNumber(1), BEFORE_CUTOFF);
    const broken = SHARDS.find((shard) => shard !== shardOf(tenantNumber(1)) && shard !== '0') ?? '';
    const list: Table['list'] = async (partition, ...rest) => {
      if (partition === broken) throw new AppError('storage-unclear', 'Time-out');
      return incidents.list(partition, ...rest);
    };

    expect(idsIn(await dispatch({ incidents: { ...incidents, list } }), 'incidents')).toEqual([tenantNumber(1)]);

    expect(lineOf('clean_up')).toMatchObject({ unseenShards: 1 });
    expect(lineOf('clean_up_unseen')).toEqual({ shard: broken, code: 'storage-unclear' });
  });

  test('sends erased tenants that the registry still knows, with one request a partition', async () => {
    for (let number = 1; number <= 60; number += 1) {
      await seedRecord(tenants, tenantNumber(number));
      if (number !== 7) await seedState(incidents, tenantNumber(number), { status: 'active' });
    }
    const process = createDyingProcess(Infinity, 'before');
    incidents.advance(3_600);

    const tasks = await dispatch({ incidents: process.open(incidents), tenants: process.open(tenants) });

    expect(idsIn(tasks, 'erased-tenants')).toEqual([tenantNumber(7)]);
    expect(process.calls()).toBe(1 + 4 * SHARDS.length);
  });

  test('begins at another partition each hour when its time is too short for all', async () => {
    const begun: string[] = [];
    const list: Table['list'] = async (partition, range, options) => {
      if (options?.top !== 1 && range.from === stateKey(tenantNumber(0)).slice(0, 2)) begun.push(partition);
      return incidents.list(partition, range, options);
    };
    for (let hour = 0; hour < 16; hour += 1) {
      let nowMs = 0;
      const slow = { ...clock, monotonicMs: () => (nowMs += 100) };
      await dispatch({ incidents: { ...incidents, list }, clock: slow, budgetMs: 1_000 });
      expect(lineOf('clean_up')['unseenShards']).toBeGreaterThan(4);
      incidents.advance(3_600);
    }

    expect(new Set(begun)).toEqual(new Set(SHARDS));
  });
});

describe('the clean-up of a day', () => {
  /** The share of one of 16 partitions at 10,000 tenants and 60,000 expiring incidents a day would be 625 and 3,750. */
  const [TENANTS, INCIDENTS] = [60, 6];

  test('costs less than two storage requests an incident, all that it looks at included', async () => {
    const ids = Array.from({ length: TENANTS }, (_, number) => tenantNumber(number));
    for (const tenantId of ids) {
      await seedState(incidents, tenantId, { status: 'active', nextDueAt: 0n });
      const own = Array.from({ length: 2 * INCIDENTS }, (_, number) =>
        anIncident(String(number), number < INCIDENTS ? `2024-11-26T${10 + number}:00:00Z` : '2025-12-01T00:00:00Z'),
      );
      await seedIncidents(incidents, tenantId, own, [anAlert('0', 'a')]);
    }
    incidents.advance(5 * 3_600);
    const process = createDyingProcess(Infinity, 'before');
    const deps = depsOf({ incidents: process.open(incidents), tenants: process.open(tenants) });

    const messages = await dispatchCleanUp(deps);
    for (const message of messages) expect(await cleanUp(deps, readCleanUpMessage(message), 1)).toEqual([]);

    const gone = lines.reduce((sum, { fields }) => sum + Number(fields['incidents'] ?? 0), 0);
    expect(gone).toBe(TENANTS * INCIDENTS);
    for (const tenantId of ids) expect(countIncidents(tenantId)).toBe(INCIDENTS);
    expect(process.calls()).toBeLessThan(2 * gone);
    expect(messages.length).toBeLessThan(10);
    lines = [];
    expect(idsIn(await dispatch(), 'incidents')).toEqual([]);
  });

  function countIncidents(tenantId: TenantId): number {
    const { from, to } = tenantRange('I', tenantId);
    return [...incidents.rows(shardOf(tenantId)).keys()].filter((key) => from <= key && key < to).length;
  }

  test('counts a tenant that is being polled as left, and the next run takes it up', async () => {
    const tenantId = tenantNumber(1);
    await store(tenantId, BEFORE_CUTOFF);
    incidents.advance(3_600);
    const busyUntil = incidents.serviceTime() + TICKS_PER_HOUR;
    await incidents.transact(shardOf(tenantId), [
      { kind: 'merge', rowKey: stateKey(tenantId), properties: { busyUntil } },
    ]);

    const task = { kind: 'incidents', tenantIds: [tenantId] } as const;
    expect(await cleanUp(depsOf(), task, 1)).toEqual([]);

    expect(lineOf('purge_expired')).toMatchObject({ incidents: 0, left: 1, unfinished: 0 });
    expect(lineOf('expiry_left')).toEqual({ tenantId, code: 'tenant-taken', tenants: 1 });
    incidents.advance(3_700);
    expect(idsIn(await dispatch(), 'incidents')).toEqual([tenantId]);
    lines = [];
    await cleanUp(depsOf(), task, 1);
    expect(lineOf('purge_expired')).toMatchObject({ incidents: 1, left: 0 });
  });
});
