import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Table } from '../../shared/ports/table.ts';
import { openSession, type Batch, type TenantSession } from '../../shared/storing/tenant-session.ts';
import { seedState, tenantNumber } from '../helpers/seed.ts';
import { createFaultyTable, type Fault, type FaultyTable } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);
const clock: Clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

interface Bench {
  memory: MemoryTable;
  faulty: FaultyTable;
  session: TenantSession;
  stored(): TenantState;
  /** Row keys written so far, one entry each time. */
  written(): string[];
}

async function open(table: Table): Promise<TenantSession> {
  const session = await openSession(table, clock, TENANT);
  if (session === undefined) throw new Error('The state row was just written');
  return session;
}

async function createBench(): Promise<Bench> {
  const memory = createMemoryTable();
  await seedState(memory, TENANT, { status: 'active' });
  const faulty = createFaultyTable(memory);
  return {
    memory,
    faulty,
    session: await open(faulty),
    stored: () => readStateRow(memory.rows(SHARD).get(stateKey(TENANT)) ?? {}),
    written: () => memory.applied.flatMap((changes) => changes.map(({ rowKey }) => rowKey)).filter((key) => key > 'T'),
  };
}

/** Counts in the state row and writes one row, named after the commit it is in. */
const batch = (name: string): Batch => ({
  change: (state) => ({ ...state, storedIncidents: state.storedIncidents + 1 }),
  rows: ({ sequence }) => [{ kind: 'upsert', rowKey: `U!${name}!${sequence}`, properties: {} }],
});
const setControl = async ({ memory }: Bench, nextDueAt: bigint): Promise<void> => {
  await memory.transact(SHARD, [{ kind: 'merge', rowKey: stateKey(TENANT), properties: { nextDueAt } }]);
};
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unexpected'),
  );

describe('openSession()', () => {
  test('answers undefined for a tenant without a state row', async () => {
    expect(await openSession(createMemoryTable(), clock, TENANT)).toBeUndefined();
  });
});

describe('commit()', () => {
  test.each<Fault[][]>([
    [[]],
    [['lost']],
    [['lost-412']],
    [['lost-404']],
    [['dropped']],
    [['late']],
    [['dropped', 'lost']],
    [['late', 'lost-412']],
    [['dropped', 'dropped', 'late']],
  ])('succeeds once when the answers are %j', async (faults) => {
    const bench = await createBench();
    bench.faulty.faults = faults;

    await bench.session.commit(batch('a'));
    await bench.session.commit(batch('b'));

    expect(bench.written()).toEqual(['U!a!1', 'U!b!2']);
    expect(bench.stored()).toMatchObject({ sequence: 2n, storedIncidents: 2 });
    expect(bench.session.state()).toEqual(bench.stored());
  });

  test('sends the same batch again on the fresh state when a control column changed', async () => {
    const bench = await createBench();
    await setControl(bench, 77n);

    await bench.session.commit(batch('a'));

    expect(bench.faulty.sent).toHaveLength(2);
    expect(bench.written()).toEqual(['U!a!1']);
    expect(bench.stored()).toMatchObject({ nextDueAt: 77n, sequence: 1n, storedIncidents: 1 });
  });

  test('keeps a control change that follows its own lost success', async () => {
    const bench = await createBench();
    bench.faulty.faults = ['lost'];
    const { get } = bench.memory;
    bench.faulty.get = async (...key) => {
      await setControl(bench, 77n);
      return get(...key);
    };

    await bench.session.commit(batch('a'));

    expect(bench.written()).toEqual(['U!a!1']);
    expect(bench.session.state()).toMatchObject({ nextDueAt: 77n, sequence: 1n });
  });

  test.each<Fault>(['none', 'dropped', 'late'])('stops when another worker has committed (%s)', async (fault) => {
    const bench = await createBench();
    bench.faulty.faults = [fault];
    await (await open(bench.memory)).commit(batch('other'));

    expect(await codeOf(bench.session.commit(batch('mine')))).toBe('tenant-taken');
    expect(await codeOf(bench.session.commit(batch('mine')))).toBe('tenant-taken');

    expect(bench.written()).toEqual(['U!other!1']);
  });

  test('stops when the state row is gone', async () => {
    const bench = await createBench();
    await bench.memory.transact(SHARD, [{ kind: 'delete', rowKey: stateKey(TENANT) }]);

    expect(await codeOf(bench.session.commit({ change: (state) => state }))).toBe('tenant-gone');
  });

  test('surfaces a missing or an existing row, writes nothing and goes on with the next batch', async () => {
    const bench = await createBench();
    const refused: Batch = { ...batch('a'), rows: () => [{ kind: 'delete', rowKey: 'U!none' }] };
    const error: unknown = await bench.session.commit(refused).catch((reason: unknown) => reason);
    expect(hasCode(error, 'row-missing') && error.failedIndex).toBe(1);
    expect(bench.stored()).toMatchObject({ sequence: 0n, storedIncidents: 0 });

    await bench.session.commit(batch('b'));
    const again: Batch = { ...batch('c'), rows: () => [{ kind: 'insert', rowKey: 'U!b!1', properties: {} }] };
    expect(await codeOf(bench.session.commit(again))).toBe('row-exists');
    expect(bench.stored()).toMatchObject({ sequence: 1n, storedIncidents: 1 });
  });

  test('notes the stamp of change-log rows until it is confirmed', async () => {
    const bench = await createBench();
    let stamp: bigint | undefined;
    await bench.session.commit({
      change: (state) => state,
      rows: ({ storedAt }) => [{ kind: 'upsert', rowKey: `C!${(stamp = storedAt)}`, properties: {} }],
    });
    await bench.session.commit(batch('a'));
    expect(bench.stored().unconfirmedStamp).toBe(stamp);
    await bench.session.commit({ change: (state) => ({ ...state, unconfirmedStamp: undefined }) });
    expect(bench.stored().unconfirmedStamp).toBeUndefined();
  });

  test('of two workers lets only one go on and applies each batch at most once, whatever answers are lost', async () => {
    const fault = fc.constantFrom<Fault>('none', 'none', 'lost', 'lost-412', 'dropped', 'late');
    const step = fc.record({ worker: fc.nat(1), faults: fc.array(fault, { maxLength: 5 }), isControl: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const bench = await createBench();
        const workers = [bench.session, await open(bench.faulty)] as const;
        const done: string[] = [];
        const unsure: string[] = [];
        for (const [index, { worker, faults, isControl }] of steps.entries()) {
          bench.faulty.faults = faults;
          if (isControl) await setControl(bench, BigInt(index));
          const end = await codeOf((workers[worker] ?? bench.session).commit(batch(`b${index}`)));
          expect(['done', 'tenant-taken', 'storage-unclear']).toContain(end);
          if (end === 'done') done.push(`b${index}`);
          if (end === 'storage-unclear') unsure.push(`b${index}`);
        }
        const names = bench.written().map((key) => key.split('!')[1] ?? '');
        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => !unsure.includes(name))).toEqual(done);
        expect(bench.stored()).toMatchObject({ sequence: BigInt(names.length), storedIncidents: names.length });
      }),
      { numRuns: 200 },
    );
  });
});
