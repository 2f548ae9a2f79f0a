import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { TICKS_PER_DAY } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { MeteredReader } from './metered-reader.ts';

/**
 * Called when an incident is dated outside of the requested range. Either the source does not filter, and its response proves
 * nothing, or this one incident is misfiled. Two windows that must be empty show which it is. One bad date must not block its tenant
 * (docs/adr/0012-what-responses-prove.md).
 */
export async function proveFilter(reader: MeteredReader, outside: ObservedIncident): Promise<void> {
  const later = await reader.list({ updatedFrom: reader.serviceTime() + TICKS_PER_DAY, top: 1 });
  const earlier = await reader.list({ updatedFrom: 0n, updatedTo: TICKS_PER_DAY, top: 1 });
  if (later.count + earlier.count > 0)
    throw new AppError(
      'filter-not-honoured',
      `Cannot trust the answer: incident ${outside.incident.incidentId} of ${outside.incident.lastUpdateTime} lies outside the filter`,
    );
}
