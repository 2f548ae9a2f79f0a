import type { Table } from '../../shared/ports/table.ts';

/** The process ends: nothing of ours catches it. */
export class Death extends Error {}

export interface DyingTable {
  table: Table;
  calls(): number;
}

/** A table whose user dies at its call number `at` (from 0): before the request arrives, or once it is done. */
export function createDyingTable(table: Table, at: number, when: 'before' | 'after'): DyingTable {
  let calls = 0;
  async function pass<T>(send: () => Promise<T>): Promise<T> {
    const isLast = calls >= at;
    calls += 1;
    if (isLast && (when === 'before' || calls > at + 1)) throw new Death('The process is dead');
    const answer = await send();
    if (isLast) throw new Death('The process is dead');
    return answer;
  }
  return {
    calls: () => calls,
    table: {
      serviceTime: () => table.serviceTime(),
      get: (...args) => pass(() => table.get(...args)),
      list: (...args) => pass(() => table.list(...args)),
      transact: (...args) => pass(() => table.transact(...args)),
    },
  };
}
