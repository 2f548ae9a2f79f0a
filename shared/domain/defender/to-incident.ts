import { contentHash, hashContent } from '../incidents/content-hash.ts';
import { distinctDevices, distinctUsers } from '../incidents/distinct-assets.ts';
import type { Alert, Comment, Incident, ObservedIncident, SourceName } from '../incidents/incident.ts';
import { toClassification, toDetermination, toSeverity, toStatus } from '../incidents/vocabulary.ts';
import type { MappingContext } from '../sources/read-incident-page.ts';
import { compareText } from '../values/compare-text.ts';
import { toJsonText } from '../values/json-text.ts';
import {
  readFirstText,
  readFirstTicks,
  readFirstTime,
  readId,
  readObject,
  readObjects,
  readText,
  readTextList,
  type JsonObject,
} from '../values/read-value.ts';
import { formatTicks } from '../values/ticks.ts';
import { portalLink } from './portal-link.ts';
import { toAlert } from './to-alert.ts';
import { readUserAliases } from './to-users.ts';

/** The source of an incident, if it is not Defender. */
export interface Origin {
  source: SourceName;
  /** The incident as that source sent it. */
  original: JsonObject;
  /** False: the response holds some of the incident's alerts, or none. */
  hasAllAlerts: boolean;
}

/**
 * One entry of `/api/incidents`, or one of another source in its words, in the neutral vocabulary. Never throws: what cannot be
 * read is `null`.
 */
export function toIncident(
  entry: JsonObject,
  incidentId: string,
  context: MappingContext,
  { source, original, hasAllAlerts }: Origin = { source: 'defender', original: entry, hasAllAlerts: true },
): ObservedIncident {
  const alerts = toAlerts(entry['alerts'], incidentId);
  const statedAt = readFirstTicks(entry, 'lastUpdateTime', 'lastUpdatedTime');
  const updatedAt = statedAt ?? readFirstTicks(entry, 'createdTime', 'creationTime') ?? context.updatedFrom;
  const timeAssumed = statedAt === undefined;
  const incident: Incident = {
    incidentId,
    name: readText(entry['incidentName']),
    status: toStatus(entry['status']),
    severity: toSeverity(entry['severity']),
    classification: toClassification(entry['classification']),
    determination: toDetermination(entry['determination']),
    assignedTo: readText(entry['assignedTo']),
    createdTime: readFirstTime(entry, 'createdTime', 'creationTime'),
    lastUpdateTime: formatTicks(updatedAt),
    redirectIncidentId: readId(entry['redirectIncidentId']) ?? null,
    tags: readTextList(entry['tags']),
    comments: readComments(entry['comments']),
    // A missing list is not an empty one: the source did not say.
    alertsCount: hasAllAlerts && Array.isArray(entry['alerts']) ? alerts.length : null,
    ...fromAlerts(alerts),
    url: portalLink(readText(entry['incidentUri']), context.portalUrl, incidentId, context.tenantId),
    source,
  };
  return {
    incident,
    alerts,
    updatedAt,
    timeAssumed,
    contentHash: contentHash(incident, alerts, timeAssumed),
    sourceJson: toJsonText(original),
  };
}

/** By alert id; of two alerts with one id the newer. */
function toAlerts(value: unknown, incidentId: string): Alert[] {
  const byId = new Map<string, Alert>();
  const entries = readObjects(value);
  const aliases = readUserAliases(entries.flatMap((entry) => readObjects(entry['entities'])));
  for (const entry of entries) {
    const alert = toAlert(entry, incidentId, aliases);
    const twin = byId.get(alert.alertId);
    if (twin === undefined || isNewer(alert, twin)) byId.set(alert.alertId, alert);
  }
  return [...byId.values()].sort((a, b) => compareText(a.alertId, b.alertId));
}

function isNewer(alert: Alert, twin: Alert): boolean {
  const order = compareText(alert.lastUpdateTime ?? '', twin.lastUpdateTime ?? '');
  // Without a newer one the choice must not depend on the order in the response.
  return order > 0 || (order === 0 && hashContent(alert) > hashContent(twin));
}

/** What the alerts say about the whole incident, in an order that does not depend on theirs. */
function fromAlerts(
  alerts: readonly Alert[],
): Pick<Incident, 'serviceSources' | 'categories' | 'mitreTechniques' | 'devices' | 'users'> {
  const newestFirst = alerts.toSorted((a, b) => compareText(b.lastUpdateTime ?? '', a.lastUpdateTime ?? ''));
  return {
    serviceSources: union(alerts.map((alert) => alert.serviceSource)),
    categories: union(alerts.map((alert) => alert.category)),
    mitreTechniques: union(alerts.flatMap((alert) => alert.mitreTechniques)),
    devices: distinctDevices(newestFirst.map((alert) => alert.devices)),
    users: distinctUsers(newestFirst.map((alert) => alert.users)),
  };
}

function union(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter((text) => text !== null))].sort();
}

function readComments(value: unknown): Comment[] {
  return (Array.isArray(value) ? value : []).map(toComment).filter((comment) => comment !== undefined);
}

function toComment(value: unknown): Comment | undefined {
  const entry = readObject(value) ?? { comment: value };
  const comment: Comment = {
    comment: readText(entry['comment']) ?? '',
    createdBy: readFirstText(entry, 'createdBy'),
    createdTime: readFirstTime(entry, 'createdTime'),
  };
  return comment.comment === '' && comment.createdBy === null ? undefined : comment;
}
