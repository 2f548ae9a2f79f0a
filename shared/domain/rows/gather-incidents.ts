import type { ObservedIncident } from '../incidents/incident.ts';
import { encodeId } from './row-keys.ts';

/** Encoded incident id → what the responses of one read have shown of it. */
export type GatheredIncidents = Map<string, ObservedIncident>;

/**
 * Adds the content of a later response. The newest time counts, and of equal times the later response. A later response with an
 * older time may come from a source that dated the incident back or from a replica that is behind, so the entry is disputed
 * until a later response shows the newest time again.
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
