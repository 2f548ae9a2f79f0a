import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { hasCode } from '../errors.ts';
import { storeIncidents } from '../storing/store-incidents.ts';
import type { CycleDeps } from './cycle-progress.ts';
import { readsById, tryIncident } from './read-incident.ts';

/** `pending`: it cannot be read, or not with its alerts. `gone`: the source has no such incident by its id. */
export type RetriedIncident = 'whole' | 'pending' | 'gone';

/**
 * Asks once more for the alerts of one incident that is stored without them. By its id, and not with the second that it was listed
 * in: a crowd of others that share the second, each of them without alerts too, would use up the calls again and again.
 * Throws `budget-spent` where no call is left, and what has nothing to do with one incident.
 */
export async function retryIncident(deps: CycleDeps, incidentId: string): Promise<RetriedIncident> {
  const { reader, session, table, log, known } = deps;
  const observed = await readOrPending(deps, incidentId);
  if (observed === undefined) return 'gone';
  if (observed === 'pending' || observed.missingAlerts !== undefined) return 'pending';
  const unreadable: ObservedIncident[] = [];
  const written = await storeIncidents(
    { table, session, log, ...readsById(reader) },
    {
      incidents: [observed],
      waiting: [],
      wholeSince: table.serviceTime(),
      believesList: true,
      isBackfill: true,
      known,
      advance: (state) => state,
      onUnreadable: (one) => unreadable.push(one),
    },
  );
  deps.onStored(written);
  return unreadable.length === 0 ? 'whole' : 'pending';
}

async function readOrPending(
  { reader }: CycleDeps,
  incidentId: string,
): Promise<ObservedIncident | 'pending' | undefined> {
  try {
    return await tryIncident(reader, incidentId);
  } catch (error) {
    if (!hasCode(error, 'incident-unreadable')) throw error;
    return 'pending';
  }
}
