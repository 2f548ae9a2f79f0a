import type { IncidentVersion } from './draft-incident-rows.ts';

/**
 * A version whose alerts could not all be read keeps those that are stored, and what they say of the incident; its `alertsCount`
 * stays `null` until all are known.
 */
export function keepKnownAlerts(version: IncidentVersion): IncidentVersion {
  const { observed, stored, storedAlerts } = version;
  if (observed.missingAlerts === undefined || stored === undefined) return version;
  const shown = new Set(observed.alerts.map(({ alertId }) => alertId));
  const { serviceSources, categories, mitreTechniques, devices, users } = stored.incident;
  const incident = { ...observed.incident, serviceSources, categories, mitreTechniques, devices, users };
  return {
    ...version,
    observed: { ...observed, incident },
    storedAlerts: storedAlerts.filter(({ alertId }) => shown.has(alertId)),
  };
}
