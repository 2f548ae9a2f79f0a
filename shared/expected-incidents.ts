import type { ObservedIncident } from './domain/incident.ts';
import { isInside, type ReadWindow } from './domain/read-cycle.ts';
import { encodeId } from './domain/row-keys.ts';
import type { Ticks } from './domain/ticks.ts';
import { hasCode } from './errors.ts';
import type { MeteredReader } from './metered-reader.ts';
import { readIncident } from './read-incident.ts';

/** Incidents that a full page showed and that its halves have to bring back: moved is fine, hidden is not. */
export interface ExpectedIncidents {
  add(incidents: readonly ObservedIncident[]): void;
  /**
   * What a proven window should have shown and did not, asked for by id: still dated inside it, so its listing is wrong. What
   * cannot be read by id either is named by its incident and the time that it was shown with.
   */
  findHidden(
    reader: MeteredReader,
    window: ReadWindow,
    proven: { incidents: readonly ObservedIncident[]; visibleUntil: Ticks },
  ): Promise<{ hidden: ObservedIncident[]; unreadable: UnreadableIncident[] }>;
}

export interface UnreadableIncident {
  incidentId: string;
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
    findHidden: async (reader, window, { incidents, visibleUntil }) => {
      for (const { incident, updatedAt } of incidents) {
        const key = encodeId(incident.incidentId);
        const entry = expected.get(key);
        if (entry !== undefined && updatedAt >= entry.at) expected.delete(key);
      }
      const hidden: ObservedIncident[] = [];
      const unreadable: UnreadableIncident[] = [];
      for (const [key, { incidentId, at }] of expected) {
        if (!isInside(window, at)) continue;
        expected.delete(key);
        const now = await readOrName(reader, { incidentId, at }, unreadable);
        if (now !== undefined && isInside(window, now.updatedAt) && now.updatedAt < visibleUntil) hidden.push(now);
      }
      return { hidden, unreadable };
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
