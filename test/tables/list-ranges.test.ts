import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { RowRange } from '../../shared/domain/values/table-row.ts';
import { listRanges } from '../../shared/tables/list-ranges.ts';
import { createDyingProcess } from '../helpers/tables/dying-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const keyOf = (number: number): string => String(number).padStart(4, '0');

async function createRows(numbers: readonly number[]): Promise<MemoryTable> {
  const table = createMemoryTable();
  for (let at = 0; at < numbers.length; at += 100)
    await table.transact(
      'a',
      numbers
        .slice(at, at + 100)
        .map((number) => ({ kind: 'insert', rowKey: keyOf(number), properties: { number } }) as const),
    );
  return table;
}

/** Ranges that do not overlap, out of ascending bounds. */
function toRanges(bounds: readonly number[]): RowRange[] {
  const sorted = [...bounds].sort((a, b) => a - b);
  const ranges: RowRange[] = [];
  for (let at = 0; at + 1 < sorted.length; at += 2)
    ranges.push({ from: keyOf(sorted[at] ?? 0), to: keyOf(sorted[at + 1] ?? 0) });
  return ranges;
}

describe('listRanges()', () => {
  test('finds every row of its ranges and no other, with one request a range and full answer at most', async () => {
    const some = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(some, some, fc.integer({ min: 1, max: 40 }), async (numbers, bounds, top) => {
        const table = await createRows(numbers);
        const ranges = toRanges(bounds);
        const process = createDyingProcess(Infinity, 'before');

        const rows = await listRanges(process.open(table), 'a', [...ranges].reverse(), { select: ['number'], top });

        const isWanted = (key: string): boolean => ranges.some(({ from, to }) => from <= key && key < to);
        const wanted = numbers.map(keyOf).filter(isWanted).sort();
        expect(rows.map(({ rowKey }) => rowKey)).toEqual(wanted);
        expect(process.calls()).toBeLessThanOrEqual(ranges.length + Math.ceil(wanted.length / top));
      }),
      { numRuns: 300 },
    );
  });

  test('reads neighbours with one request and leaps over what lies between others', async () => {
    const table = await createRows(Array.from({ length: 500 }, (_, number) => number));
    const near = [1, 3, 5, 7].map((number) => ({ from: keyOf(number), to: keyOf(number + 1) }));
    const far = { from: keyOf(480), to: keyOf(490) };
    const process = createDyingProcess(Infinity, 'before');

    const rows = await listRanges(process.open(table), 'a', [...near, far], { select: [], top: 20 });

    expect(rows).toHaveLength(14);
    expect(process.calls()).toBe(2);
  });

  test('goes on behind an empty answer that the service has cut short', async () => {
    const table = await createRows([1, 2, 3]);
    let isFirst = true;
    const list: typeof table.list = async (partition, range, options = {}) => {
      const { next, ...rest } = options;
      if (!isFirst) return table.list(partition, range, next === '' ? rest : options);
      isFirst = false;
      return { rows: [], next: '' };
    };

    const rows = await listRanges({ ...table, list }, 'a', [{ from: '0000', to: '0009' }], { select: [], top: 10 });

    expect(rows).toHaveLength(3);
  });
});
