import type { ObservedIncident } from '../incidents/incident.ts';
import { encodeId } from './row-keys.ts';

/** Encoded incident id → what the answers of one read have shown of it. */
export type GatheredIncidents = Map<string, ObservedIncident>;

/**
 * Adds what a later answer showed. The newest time counts, and of equal times the later answer; one that comes later with an
 * older time may be a source that dated the incident back or a replica that is behind, so the entry is disputed until a later
 * answer shows the newest time again.
 */
export function gatherIncidents(gathered: GatheredIncidents, found: readonly ObservedIncident[]): GatheredIncidents {
  for (const observed of found) {
    const key = encodeId(observed.incident.incidentId);
    const known = gathered.get(key);
    const isNewest = known === undefined || observed.updatedAt >= known.updatedAt;
    gathered.set(key, isNewest ? observed : dispute(known, observed));
  }
  return gathered;
}

function dispute(known: ObservedIncident, { updatedAt, disputedBy = [] }: ObservedIncident): ObservedIncident {
  return { ...known, disputedBy: [...new Set([...(known.disputedBy ?? []), updatedAt, ...disputedBy])] };
}
