import { readSearchQuery } from '../../shared/domain/queries/search-query.ts';
import { readBatchQuery } from '../../shared/domain/queries/batch-query.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { exportBatch } from '../../shared/searching/export-batch.ts';
import type { FoundExport } from '../../shared/searching/export-found.ts';
import { searchBatch, type BatchAnswer } from '../../shared/searching/search-batch.ts';
import { searchIncidents, type SearchAnswer } from '../../shared/searching/search-incidents.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';

const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

export interface SearchWorld {
  /** `q=…&kind=…` as in the address. */
  search(query: string): Promise<SearchAnswer>;
  batch(body: object): Promise<BatchAnswer>;
  batchCsv(body: object): Promise<FoundExport>;
  /** Requests for rows of the index and of incidents since the last call. */
  requests(): number;
}

/** The search over tables in memory, or over a given one; nothing that it reads of tenants is kept. */
export function createSearchWorld(incidents: Table, tenants: Table = createMemoryTable()): SearchWorld {
  let requests = 0;
  const counted: Table = {
    ...incidents,
    get: (...args) => ((requests += 1), incidents.get(...args)),
    list: (partition, range, options) => {
      if (!range.from.startsWith('S!')) requests += 1;
      return incidents.list(partition, range, options);
    },
  };
  const open = () => {
    const names = createTenantNames(tenants, clock);
    const coverage = createCoverageReader(counted, names, { intervalSeconds: 300, quietIntervalMinutes: 5 }, clock);
    return { incidents: counted, names, coverage };
  };
  return {
    search: (query) => searchIncidents(open(), readSearchQuery(new URLSearchParams(query))),
    batchCsv: (body) => exportBatch(open(), readBatchQuery(body)),
    batch: (body) => searchBatch(open(), readBatchQuery(body)),
    requests: () => {
      const made = requests;
      requests = 0;
      return made;
    },
  };
}

/** What is found, as `tenant/incident`. */
export const idsOf = ({ incidents }: SearchAnswer): string[] =>
  incidents.map(({ tenantId, incidentId }) => `${Number(tenantId.slice(-12))}/${incidentId}`);
