import { beforeEach, describe, expect, test } from '@jest/globals';
import { AppError, hasCode } from '../../shared/errors.ts';
import { deleteIfPresent } from '../../shared/tables/delete-if-present.ts';
import { repeatOnRace } from '../../shared/tables/repeat-on-race.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

let table: MemoryTable;
beforeEach(async () => {
  table = createMemoryTable();
  await table.transact('p', [{ kind: 'insert', rowKey: 'r', properties: { count: 0 } }]);
});

/** Adds one to the row; before each write, `meanwhile` may be another writer. */
async function count(meanwhile: () => Promise<unknown>): Promise<number> {
  const row = await table.get('p', 'r');
  const next = Number(row?.properties['count']) + 1;
  await meanwhile();
  await table.transact('p', [
    { kind: 'merge', rowKey: 'r', properties: { count: next }, ifMatch: row?.etag ?? 'none' },
  ]);
  return next;
}

const write = (properties: Record<string, number>): Promise<unknown> =>
  table.transact('p', [{ kind: 'merge', rowKey: 'r', properties }]);

describe('repeatOnRace()', () => {
  test('decides anew on what another writer has stored, and waits before that', async () => {
    const waits: number[] = [];
    let writers = 2;
    const wait = async (attempt: number): Promise<void> => void waits.push(attempt);
    const answer = await repeatOnRace({ tries: 5, wait }, () =>
      count(async () => {
        if (writers > 0) await write({ count: 10 * writers-- });
      }),
    );
    expect(answer).toBe(11);
    expect(waits).toEqual([1, 2]);
  });

  test('throws the last lost race after as many attempts as were allowed', async () => {
    let writes = 0;
    const lost = repeatOnRace({ tries: 3 }, () => count(() => write({ other: (writes += 1) })));
    await expect(lost).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(writes).toBe(3);
  });

  test('repeats nothing that is no lost race, unless it is told what counts as one', async () => {
    let calls = 0;
    const unclear = (): Promise<number> => {
      calls += 1;
      return calls % 2 === 1 ? Promise.reject(new AppError('storage-unclear', 'Time-out')) : Promise.resolve(calls);
    };
    await expect(repeatOnRace({ tries: 3 }, unclear)).rejects.toMatchObject({ code: 'storage-unclear' });
    calls = 0;
    const isLost = (error: unknown): boolean => hasCode(error, 'storage-unclear');
    expect(await repeatOnRace({ tries: 3, isLost }, unclear)).toBe(2);
  });
});

describe('deleteIfPresent()', () => {
  test('says whether there was a row to delete', async () => {
    expect(await deleteIfPresent(table, 'p', { rowKey: 'r' })).toBe(true);
    expect(await deleteIfPresent(table, 'p', { rowKey: 'r' })).toBe(false);
  });

  test('deletes no other version than the one that was named', async () => {
    const row = await table.get('p', 'r');
    await write({ count: 7 });
    const other = deleteIfPresent(table, 'p', { rowKey: 'r', etag: row?.etag ?? '' });
    await expect(other).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await table.get('p', 'r')).toMatchObject({ properties: { count: 7 } });
  });
});
