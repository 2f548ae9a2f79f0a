import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { isInside, type ReadWindow } from '../domain/reading/read-cycle.ts';
import { encodeId } from '../domain/rows/row-keys.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { isWindowFailure, proveServiceUp } from '../sources/window-failure.ts';

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

/** What a proven window should have shown and did not, as the source shows it by id. */
export interface MissedIncidents {
  /** Still dated inside the window, so its listing is wrong. */
  hidden: ObservedIncident[];
  /** Dated back behind the window since: no later window will show it. */
  movedBack: ObservedIncident[];
  /** Not to be read by id either. */
  unreadable: UnreadableIncident[];
}

/** Incidents that a full page showed and that its halves have to bring back: moved on is fine, hidden or moved back is not. */
export interface ExpectedIncidents {
  add(incidents: readonly ObservedIncident[]): void;
  findMissed(
    reader: MeteredReader,
    window: ReadWindow,
    proven: { incidents: readonly ObservedIncident[]; visibleUntil: Ticks },
  ): Promise<MissedIncidents>;
}

export interface UnreadableIncident {
  incidentId: string;
  /** When a full page showed it to have been updated. */
  at: Ticks;
}

export function expectIncidents(): ExpectedIncidents {
  const expected = new Map<string, { incidentId: string; at: Ticks }>();
  return {
    add: (incidents) => {
      for (const { incident, updatedAt } of incidents) {
        const key = encodeId(incident.incidentId);
        const entry = expected.get(key);
        if (entry === undefined || updatedAt > entry.at)
          expected.set(key, { incidentId: incident.incidentId, at: updatedAt });
      }
    },
    findMissed: async (reader, window, { incidents, visibleUntil }) => {
      for (const { incident, updatedAt } of incidents) {
        const key = encodeId(incident.incidentId);
        const entry = expected.get(key);
        if (entry !== undefined && updatedAt >= entry.at) expected.delete(key);
      }
      const missed: MissedIncidents = { hidden: [], movedBack: [], unreadable: [] };
      for (const [key, { incidentId, at }] of expected) {
        if (!isInside(window, at)) continue;
        expected.delete(key);
        const now = await readOrName(reader, { incidentId, at }, missed.unreadable);
        if (now === undefined) continue;
        if (now.updatedAt < window.from) missed.movedBack.push(now);
        else if (isInside(window, now.updatedAt) && now.updatedAt < visibleUntil) missed.hidden.push(now);
      }
      return missed;
    },
  };
}

async function readOrName(
  reader: MeteredReader,
  named: UnreadableIncident,
  unreadable: UnreadableIncident[],
): Promise<ObservedIncident | undefined> {
  try {
    return await readIncident(reader, named.incidentId);
  } catch (error) {
    if (!hasCode(error, 'incident-unreadable')) throw error;
    unreadable.push(named);
    return undefined;
  }
}
