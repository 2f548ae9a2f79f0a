import type { Table } from '../../../shared/ports/table.ts';

const CUT = 'cut|';

/** The same table, whose every page comes behind an empty one with a continuation: the service may cut an answer anywhere. */
export function cutBeforeEachPage<T extends Table>(table: T): T {
  return {
    ...table,
    list: async (partitionKey, range, { next, ...options } = {}) => {
      if (next?.startsWith(CUT) !== true) return { rows: [], next: `${CUT}${next ?? ''}` };
      const rest = next.slice(CUT.length);
      return table.list(partitionKey, range, rest === '' ? options : { ...options, next: rest });
    },
  };
}
