import type { ObservedIncident } from './domain/incident.ts';
import { isInside, type ReadWindow } from './domain/read-cycle.ts';
import { encodeId } from './domain/row-keys.ts';
import type { Ticks } from './domain/ticks.ts';
import type { MeteredReader } from './metered-reader.ts';

/** Incidents that a full page showed and that its halves have to bring back: moved is fine, hidden is not. */
export interface ExpectedIncidents {
  add(incidents: readonly ObservedIncident[]): void;
  /** What a proven window should have shown and did not, asked for by id: still dated inside it, so its listing is wrong. */
  findHidden(
    reader: MeteredReader,
    window: ReadWindow,
    proven: { incidents: readonly ObservedIncident[]; visibleUntil: Ticks },
  ): Promise<ObservedIncident[]>;
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
      for (const [key, { incidentId, at }] of expected) {
        if (!isInside(window, at)) continue;
        expected.delete(key);
        const now = await reader.get(incidentId);
        if (now !== undefined && isInside(window, now.updatedAt) && now.updatedAt < visibleUntil) hidden.push(now);
      }
      return hidden;
    },
  };
}
