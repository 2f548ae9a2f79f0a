import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { isInside, type ReadWindow } from '../domain/reading/read-cycle.ts';
import { encodeId } from '../domain/rows/row-keys.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { readIncident } from './read-incident.ts';

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
