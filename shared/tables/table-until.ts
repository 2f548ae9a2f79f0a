import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { LONGEST_REQUEST_MS, type Table } from '../ports/table.ts';

/** How long one run may take, in ms from its start. */
export interface RunLimits {
  /** No part of the work is begun after this. */
  budgetMs: number;
  /** No storage request is begun that may end after this. */
  endMs: number;
}

/**
 * The table for work that must not outlive its run: a request that might end after `endMs` (of the monotonic clock) is not begun
 * and fails with `out-of-time`. What is behind the fence stays whole wherever it is cut off.
 */
export function tableUntil(table: Table, clock: Clock, endMs: number): Table {
  const check = (): void => {
    const leftMs = Math.round(endMs - clock.monotonicMs());
    if (leftMs >= LONGEST_REQUEST_MS) return;
    throw new AppError(
      'out-of-time',
      `Cannot begin a storage request of up to ${LONGEST_REQUEST_MS} ms as the run has to end: current value is ${leftMs} ms`,
    );
  };
  return {
    serviceTime: () => table.serviceTime(),
    get: async (...args) => {
      check();
      return table.get(...args);
    },
    list: async (...args) => {
      check();
      return table.list(...args);
    },
    transact: async (...args) => {
      check();
      return table.transact(...args);
    },
  };
}
