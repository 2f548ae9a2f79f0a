import type { Table } from '../../../shared/ports/table.ts';
import type { ScenarioTable } from './scenario-table.ts';

/** One client of a table that others use too. */
export function countRequests(table: Table): ScenarioTable {
  let count = 0;
  const counted = async <T>(answer: Promise<T>): Promise<T> => {
    count += 1;
    return answer;
  };
  return {
    table: {
      serviceTime: table.serviceTime,
      get: (...query) => counted(table.get(...query)),
      list: (...query) => counted(table.list(...query)),
      transact: (...query) => counted(table.transact(...query)),
    },
    requests: () => count,
  };
}
