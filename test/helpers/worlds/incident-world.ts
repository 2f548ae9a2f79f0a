import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { readIncidentQuery } from '../../../shared/domain/queries/incident-query.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import { queryIncidents, type IncidentList } from '../../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import type { TestStorage, TestTable } from '../tables/storage.ts';

const INTERVALS = { intervalSeconds: 300, quietIntervalMinutes: 5 };

/** Two empty tables and `GET /incidents` on them. */
export interface IncidentWorld {
  incidents: TestTable;
  tenants: TestTable;
  get(query: string): Promise<IncidentList>;
}

export async function createIncidentWorld(storage: TestStorage): Promise<IncidentWorld> {
  const [incidents, tenants] = await Promise.all([storage.createTable(), storage.createTable()]);
  const names = createTenantNames(tenants.table, systemClock);
  const coverage = createCoverageReader(incidents.table, names, INTERVALS, systemClock);
  const deps = { incidents: incidents.table, names, coverage };
  return {
    incidents,
    tenants,
    get: (query) => queryIncidents(deps, readIncidentQuery(new URLSearchParams(query))),
  };
}

export const idsOf = ({ incidents }: IncidentList): string[] => incidents.map(({ incidentId }) => incidentId);

export const minute = (number: number): string => new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();

/** The ids of all pages, with something done between two of them. */
export async function readPages(
  world: IncidentWorld,
  query: string,
  between?: (page: number) => Promise<void>,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let page = 1; page <= 200; page++) {
    const answer: IncidentList = await world.get(cursor === null ? query : `${query}&cursor=${cursor}`);
    ids.push(...idsOf(answer));
    cursor = answer.cursor;
    if (cursor === null) return ids;
    await between?.(page);
  }
  throw new Error('The list does not end');
}
