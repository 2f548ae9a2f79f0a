import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { AppError } from '../errors.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { isWindowFailure, proveServiceUp } from './failing-window.ts';

/**
 * One incident by its id, or `undefined` when the source has none. Throws `incident-unreadable` when this read fails twice while
 * the service answers something else in between, and the failure itself when the service is down.
 */
export async function readIncident(reader: MeteredReader, incidentId: string): Promise<ObservedIncident | undefined> {
  try {
    return await reader.get(incidentId);
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    await proveServiceUp(reader, error);
  }
  try {
    return await reader.get(incidentId);
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    throw new AppError('incident-unreadable', `Cannot read incident ${incidentId} by its id`, { cause: error });
  }
}
