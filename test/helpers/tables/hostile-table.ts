import type { StoredRow } from '../../../shared/domain/values/table-row.ts';
import type { Table } from '../../../shared/ports/table.ts';

export interface HostileTable extends Pick<Table, 'list'> {
  requests: number;
  /** By partition: row keys, in any order. */
  rows: Map<string, Set<string>>;
}

/** A table that only lists, and cuts its answers as the service may: short or empty pages with a continuation, as `cut` says. */
export function createHostileTable(cut: (request: number, wanted: number) => number): HostileTable {
  const table: HostileTable = {
    requests: 0,
    rows: new Map(),
    list: async (partitionKey, range, options = {}) => {
      table.requests++;
      const { top = 1_000, next } = options;
      const [boundRange, from = range.from, visits = '0'] = next?.split('|') ?? [undefined];
      if (boundRange !== undefined && boundRange !== `${range.from}-${range.to}`)
        throw new Error(`A continuation of ${boundRange} was sent with ${range.from}-${range.to}`);
      const keys = [...(table.rows.get(partitionKey) ?? [])].filter((key) => key >= from && key < range.to).sort();
      // However often the service answers nothing, it gets on in the end.
      const size = Number(visits) >= 3 ? top : cut(table.requests, top);
      const page = keys.slice(0, size);
      const following = keys[size];
      return {
        rows: page.map(toRow),
        next:
          following === undefined
            ? undefined
            : `${range.from}-${range.to}|${following}|${page.length === 0 ? Number(visits) + 1 : 0}`,
      };
    },
  };
  return table;
}

function toRow(rowKey: string): StoredRow {
  return { rowKey, etag: '*', properties: { key: rowKey }, writtenAtMs: 0 };
}
