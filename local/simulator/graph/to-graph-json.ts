import { formatWireTime, type IncidentContent } from '../state/incident-json.ts';
import type { WireAlert } from '../state/wire-incident.ts';
import { createWordWriter, type WordWriter } from './graph-words.ts';
import { toGraphDevice, toGraphEvidence } from './to-graph-evidence.ts';

/** Graph's names of the keys that the Defender API calls otherwise; deviations are given under the names of that API. */
const KEYS = new Map([
  ['incidentId', 'id'],
  ['incidentName', 'displayName'],
  ['createdTime', 'createdDateTime'],
  ['lastUpdateTime', 'lastUpdateDateTime'],
  ['tags', 'customTags'],
]);

/** An incident as Graph sends it: its own fields, and its alerts apart, as JSON texts. */
export interface GraphIncident {
  /** Without the brace at its end. */
  head: string;
  alerts: readonly string[];
  /** The incident is sent as this text whatever is asked for. */
  raw: string | undefined;
}

export function toGraphIncident(content: IncidentContent, tenantId: string, hasLateWords: boolean): GraphIncident {
  const { raw } = content;
  const fields = toFields(content, tenantId, createWordWriter(hasLateWords));
  const key = (name: string): string => KEYS.get(name) ?? name;
  for (const [name, value] of Object.entries(raw.rawOverride ?? {})) fields.set(key(name), value);
  for (const name of raw.rawOmit ?? []) fields.delete(key(name));
  return {
    head: JSON.stringify(Object.fromEntries(fields)).slice(0, -1),
    alerts: content.alerts.map((alert) => JSON.stringify(toAlert(alert, content.incidentId, tenantId, hasLateWords))),
    raw: raw.rawJson,
  };
}

function toFields(content: IncidentContent, tenantId: string, word: WordWriter): Map<string, unknown> {
  const { incidentId, createdAt, updatedAt, fields } = content;
  return new Map<string, unknown>([
    ['id', incidentId],
    ['tenantId', tenantId],
    ['status', word(fields.status)],
    ['incidentWebUrl', `https://security.microsoft.com/incident2/${incidentId}/overview?tid=${tenantId}`],
    ['redirectIncidentId', fields.redirectIncidentId],
    ['displayName', fields.incidentName],
    ['createdDateTime', formatWireTime(createdAt)],
    ['lastUpdateDateTime', formatWireTime(updatedAt)],
    ['assignedTo', fields.assignedTo],
    ['classification', word(fields.classification)],
    ['determination', word(fields.determination)],
    ['severity', word(fields.severity)],
    ['customTags', fields.tags],
    ['systemTags', []],
    ['description', null],
    ['lastModifiedBy', 'Microsoft 365 Defender-AlertCorrelation'],
    ['resolvingComment', null],
    ['summary', null],
    ['priorityScore', null],
    ['comments', fields.comments.map(toComment)],
  ]);
}

function toComment({ comment, createdBy, createdTime }: IncidentContent['fields']['comments'][number]): object {
  return { comment, createdByDisplayName: createdBy, createdDateTime: createdTime };
}

function toAlert(alert: WireAlert, incidentId: string, tenantId: string, hasLateWords: boolean): object {
  const word = createWordWriter(hasLateWords);
  return {
    id: alert.alertId,
    providerAlertId: alert.alertId,
    incidentId,
    status: word(alert.status),
    severity: word(alert.severity),
    classification: word(alert.classification),
    determination: word(alert.determination),
    serviceSource: word(alert.serviceSource),
    detectionSource: word(alert.detectionSource),
    tenantId,
    title: alert.title,
    description: alert.description,
    recommendedActions: '',
    category: alert.category,
    categories: [alert.category],
    assignedTo: alert.assignedTo,
    alertWebUrl: `https://security.microsoft.com/alerts/${alert.alertId}?tid=${tenantId}`,
    actorDisplayName: alert.actorName,
    threatFamilyName: alert.threatFamilyName,
    mitreTechniques: alert.mitreTechniques,
    createdDateTime: alert.creationTime,
    lastUpdateDateTime: alert.lastUpdatedTime,
    resolvedDateTime: alert.resolvedTime,
    firstActivityDateTime: alert.firstActivity,
    lastActivityDateTime: alert.lastActivity,
    comments: [],
    systemTags: [],
    additionalData: null,
    customDetails: {},
    investigationState: word(alert.investigationState),
    evidence: [...alert.devices.map(toGraphDevice), ...alert.entities.map(toGraphEvidence)],
  };
}
