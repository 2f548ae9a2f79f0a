import type { ObservedIncident } from '../incidents/incident.ts';
import {
  readIncidentPage,
  readOneIncident,
  type Dialect,
  type ListedPage,
  type MappingContext,
} from '../sources/read-incident-page.ts';
import { toIncident } from './to-incident.ts';

const DEFENDER: Dialect = { idKey: 'incidentId', timeKeys: ['lastUpdateTime', 'lastUpdatedTime'], toIncident };

/** Body of `GET /api/incidents` → page. */
export function readDefenderPage(bodyText: string, context: MappingContext): ListedPage {
  return readIncidentPage(bodyText, DEFENDER, context);
}

/** Body of `GET /api/incidents/{id}` → that incident. */
export function readDefenderIncident(bodyText: string, expectedId: string, context: MappingContext): ObservedIncident {
  return readOneIncident(bodyText, expectedId, DEFENDER, context);
}
