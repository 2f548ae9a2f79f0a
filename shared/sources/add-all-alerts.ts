import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { AppError } from '../errors.ts';
import type { TenantIncidents } from '../ports/incident-source.ts';

/** At most this many responses with alerts of one incident; a link after them is not followed. */
const MAX_PARTS = 20;

/** Completes an incident that was read by its id with the alerts that its response lacked. `call` charges each request. */
export async function addAllAlerts(
  { addAlerts }: Pick<TenantIncidents, 'addAlerts'>,
  found: ObservedIncident | undefined,
  call: (send: () => Promise<ObservedIncident>) => Promise<ObservedIncident>,
): Promise<ObservedIncident | undefined> {
  let observed = found;
  for (let part = 1; observed?.missingAlerts !== undefined && addAlerts !== undefined; part += 1) {
    const before = observed;
    if (part > MAX_PARTS) throw endless(before);
    observed = await call(() => addAlerts(before));
  }
  return observed;
}

function endless({ incident: { incidentId }, alerts }: ObservedIncident): AppError {
  return new AppError(
    'incomplete-answer',
    `Cannot read all alerts of incident ${incidentId}: after ${alerts.length} in ${MAX_PARTS} answers there are more`,
    {
      retriable: false,
      action: 'Nothing: the incident is stored without them and read again; if it lasts, open a case with Microsoft',
    },
  );
}
