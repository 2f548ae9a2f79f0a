import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';

/** A number is unique only in its tenant. */
export const incidentKey = ({ tenantId, incidentId }: Pick<ListedIncident, 'tenantId' | 'incidentId'>): string =>
  `${tenantId} ${incidentId}`;
