import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { AppError, hasCode } from '../errors.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { isWindowFailure, proveServiceUp } from './failing-window.ts';

/**
 * One incident by its id, or `undefined` when the source has none. Throws `incident-unreadable` when this read fails twice while
 * the service answers something else in between, and the failure itself when the service is down. Where a call that hung has left
 * no time for more, once is enough if the service has answered in this poll: else the next would hang with the same one again.
 */
export async function readIncident(reader: MeteredReader, incidentId: string): Promise<ObservedIncident | undefined> {
  try {
    return await reader.get(incidentId);
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    return await readOnceMore(reader, incidentId, error);
  }
}

async function readOnceMore(
  reader: MeteredReader,
  incidentId: string,
  first: AppError,
): Promise<ObservedIncident | undefined> {
  const hasNoTimeLeft = (error: unknown): boolean => hasCode(error, 'budget-spent') && reader.hasAnswered();
  try {
    await proveServiceUp(reader, first);
  } catch (error) {
    throw hasNoTimeLeft(error) ? unreadable(incidentId, first) : error;
  }
  try {
    return await reader.get(incidentId);
  } catch (error) {
    if (!isWindowFailure(error) && !hasNoTimeLeft(error)) throw error;
    throw unreadable(incidentId, isWindowFailure(error) ? error : first);
  }
}

/**
 * The same for one that is stored as it is listed if it cannot be read: it is tried once, and where a call that hung has left no
 * time to ask whether the service is up, the list that it came from has answered.
 */
export async function tryIncident(reader: MeteredReader, incidentId: string): Promise<ObservedIncident | undefined> {
  try {
    return await reader.get(incidentId);
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    await proveServiceUp(reader, error).catch((other: unknown) => {
      if (!hasCode(other, 'budget-spent')) throw other;
    });
    throw unreadable(incidentId, error);
  }
}

/** Both ways to read by id, for what stores incidents. */
export function readsById(reader: MeteredReader) {
  return {
    readById: (incidentId: string) => readIncident(reader, incidentId),
    tryById: (incidentId: string) => tryIncident(reader, incidentId),
  };
}

function unreadable(incidentId: string, cause: AppError): AppError {
  return new AppError('incident-unreadable', `Cannot read incident ${incidentId} by its id`, { cause });
}
