import type { Table } from '../../shared/ports/table.ts';

export interface CountedTable {
  table: Table;
  requests(): number;
  /** Rows written so far, those of the state included. */
  rows(): number;
}

/** Each call of the port is one storage request. */
export function countRequests(table: Table): CountedTable {
  let [requests, rows] = [0, 0];
  return {
    requests: () => requests,
    rows: () => rows,
    table: {
      serviceTime: () => table.serviceTime(),
      get: (...args) => {
        requests += 1;
        return table.get(...args);
      },
      list: (...args) => {
        requests += 1;
        return table.list(...args);
      },
      transact: (partitionKey, operations) => {
        requests += 1;
        rows += operations.length;
        return table.transact(partitionKey, operations);
      },
    },
  };
}
