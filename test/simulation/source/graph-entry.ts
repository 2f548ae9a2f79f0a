import { readGraphIncident } from '../../../shared/domain/graph/read-graph-page.ts';
import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { evidenceOf, nameOf, printTime, type SourceVersion } from './sim-source.ts';

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const graphStatus = ({ status }: Pick<SourceVersion, 'status'>): string => lowerFirst(status);

/** Graph's word in the words that the truth is kept in. */
export const statusOfGraph = upperFirst;

/** The JSON that Graph sends for one version; `alertsShown` of its alerts, or without any word of them. */
function toGraphEntry(tenantId: string, version: SourceVersion, alertsShown: number | undefined) {
  const { incidentId, redirectIncidentId, createdAt, updatedAt, severity, alerts, comment } = version;
  const link = `https://graph.microsoft.com/v1.0/security/incidents/${incidentId}/alerts?$skip=${alertsShown}`;
  return {
    id: incidentId,
    displayName: nameOf(tenantId, version),
    redirectIncidentId,
    createdDateTime: printTime(createdAt),
    lastUpdateDateTime: printTime(updatedAt),
    status: graphStatus(version),
    severity: lowerFirst(severity),
    incidentWebUrl: `https://security.microsoft.com/incident2/${incidentId}/overview?tid=${tenantId}`,
    // The sources name people differently.
    comments: comment === undefined ? [] : [{ comment, createdByDisplayName: 'Ann Analyst' }],
    ...(alertsShown !== undefined && {
      alerts: alerts.slice(0, alertsShown).map((alert) => ({
        id: alert.alertId,
        title: alert.title,
        severity: lowerFirst(severity),
        status: 'new',
        evidence: [{ '@odata.type': '#microsoft.graph.security.ipEvidence', ipAddress: evidenceOf(alert) }],
      })),
      ...(alertsShown < alerts.length && { 'alerts@odata.nextLink': link }),
    }),
  };
}

/** The version as the production mapping reads it from Graph's JSON. */
export function toGraphObserved(
  tenantId: TenantId,
  version: SourceVersion,
  alertsShown: number | undefined,
): ObservedIncident {
  const context = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n };
  return readGraphIncident(JSON.stringify(toGraphEntry(tenantId, version, alertsShown)), version.incidentId, context);
}
