import { toIncident } from '../defender/to-incident.ts';
import type { ObservedIncident } from '../incidents/incident.ts';
import {
  readIncidentPage,
  readOneIncident,
  readPageBody,
  type Dialect,
  type ListedPage,
  type MappingContext,
} from '../sources/read-incident-page.ts';
import { parseJson } from '../values/json-text.ts';
import { readObject, readText, type JsonObject } from '../values/read-value.ts';
import { translateIncident } from './translate-incident.ts';

const GRAPH: Dialect = {
  idKey: 'id',
  timeKeys: ['lastUpdateDateTime'],
  toIncident: toGraphIncident,
};

/** OData's name for the link to more of a list inside an entry. */
const ALERTS_LINK = 'alerts@odata.nextLink';

/** Body of `GET /security/incidents` → page. */
export function readGraphPage(bodyText: string, context: MappingContext): ListedPage {
  return readIncidentPage(bodyText, GRAPH, context);
}

/** Body of `GET /security/incidents/{id}` → that incident. */
export function readGraphIncident(bodyText: string, expectedId: string, context: MappingContext): ObservedIncident {
  return readOneIncident(bodyText, expectedId, GRAPH, context);
}

/**
 * The incident with the alerts of one more response: from the link of its own response, or from its own list of alerts, which
 * begins at the first.
 */
export function addGraphAlerts(
  observed: ObservedIncident,
  bodyText: string,
  isListFromStart: boolean,
  context: MappingContext,
): ObservedIncident {
  const { entries, nextLink } = readPageBody(bodyText);
  const entry = readObject(parseJson(observed.sourceJson)) ?? {};
  const known: unknown[] = Array.isArray(entry['alerts']) && !isListFromStart ? entry['alerts'] : [];
  const { [ALERTS_LINK]: _link, ...rest } = entry;
  return toGraphIncident(
    { ...rest, alerts: [...known, ...entries], ...(nextLink !== undefined && { [ALERTS_LINK]: nextLink }) },
    observed.incident.incidentId,
    context,
  );
}

function toGraphIncident(entry: JsonObject, incidentId: string, context: MappingContext): ObservedIncident {
  const link = readText(entry[ALERTS_LINK]) ?? undefined;
  const hasAllAlerts = Array.isArray(entry['alerts']) && link === undefined;
  const origin = { source: 'graph', original: entry, hasAllAlerts } as const;
  const observed = toIncident(translateIncident(entry), incidentId, context, origin);
  return hasAllAlerts ? observed : { ...observed, missingAlerts: { link } };
}
