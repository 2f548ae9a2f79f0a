import type { Table } from '../../../shared/ports/table.ts';

/** The process ends: nothing of ours catches it. */
export class Death extends Error {}

export interface DyingProcess {
  /** The process's own client of a table. */
  open(table: Table): Table;
  calls(): number;
}

/** A process that dies at its storage request number `at` (from 0): before it arrives, or once it is done. */
export function createDyingProcess(at: number, when: 'before' | 'after'): DyingProcess {
  let calls = 0;
  async function pass<T>(send: () => Promise<T>): Promise<T> {
    const call = calls;
    calls += 1;
    if (call > at || (call === at && when === 'before')) throw new Death('The process is dead');
    const answer = await send();
    if (call >= at) throw new Death('The process is dead');
    return answer;
  }
  return {
    calls: () => calls,
    open: (table) => ({
      serviceTime: () => table.serviceTime(),
      get: (...args) => pass(() => table.get(...args)),
      list: (...args) => pass(() => table.list(...args)),
      transact: (...args) => pass(() => table.transact(...args)),
    }),
  };
}
