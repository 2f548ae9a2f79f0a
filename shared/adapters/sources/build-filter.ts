import { formatTicks, type Ticks } from '../../domain/values/ticks.ts';
import type { IncidentQuery } from '../../ports/incident-source.ts';

/** What one API calls the times that are filtered by. */
export interface TimeNames {
  updated: string;
  created: string;
}

/** `$filter` of a query, encoded; every bound is closed below and open above. */
export function buildFilter(query: IncidentQuery, { updated, created }: TimeNames): string {
  const bounds: [string, Ticks | undefined][] = [
    [`${updated} ge`, query.updatedFrom],
    [`${updated} lt`, query.updatedTo],
    [`${created} ge`, query.createdFrom],
    [`${created} lt`, query.createdTo],
  ];
  const conditions = bounds.flatMap(([condition, at]) => (at === undefined ? [] : [`${condition} ${formatTicks(at)}`]));
  if (query.status !== undefined) conditions.push(`status eq '${query.status.replaceAll("'", "''")}'`);
  return encodeURIComponent(conditions.join(' and '));
}
