import { formatTicks, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { toWireEntity, type IncidentFields, type WireAlert } from './wire-incident.ts';

/** Deviations from what the service documents, for hostile cases. They hold for one version; the next is regular again. */
export interface RawShape {
  /** Keys of the incident to write with other values, or to add. */
  rawOverride?: Readonly<Record<string, unknown>>;
  /** Keys of the incident to leave out. */
  rawOmit?: readonly string[];
  /** The whole text of the incident instead of what would be written; it need not be valid JSON. */
  rawJson?: string;
}

export interface IncidentContent {
  incidentId: string;
  createdAt: Ticks;
  updatedAt: Ticks;
  fields: IncidentFields;
  alerts: readonly WireAlert[];
  raw: RawShape;
}

/** As the service writes times: UTC, 0 to 7 fraction digits, trailing zeros cut. */
export function formatWireTime(ticks: Ticks): string {
  return formatTicks(ticks).replace(/\.?0+Z$/, 'Z');
}

/** The incident as the service sends it. Ids are written as digits, so that they keep more than 2^53. */
export function toIncidentJson({ incidentId, createdAt, updatedAt, fields, alerts, raw }: IncidentContent): string {
  if (raw.rawJson !== undefined) return raw.rawJson;
  const { redirectIncidentId, incidentName, tags, comments, ...rest } = fields;
  const texts = new Map([
    ['incidentId', incidentId],
    ['redirectIncidentId', redirectIncidentId ?? 'null'],
    ['incidentName', JSON.stringify(incidentName)],
    ['createdTime', JSON.stringify(formatWireTime(createdAt))],
    ['lastUpdateTime', JSON.stringify(formatWireTime(updatedAt))],
    ['assignedTo', JSON.stringify(rest.assignedTo)],
    ['classification', JSON.stringify(rest.classification)],
    ['determination', JSON.stringify(rest.determination)],
    ['status', JSON.stringify(rest.status)],
    ['severity', JSON.stringify(rest.severity)],
    ['tags', JSON.stringify(tags)],
    ['comments', JSON.stringify(comments)],
    ['alerts', `[${alerts.map((alert) => toAlertJson(alert, incidentId)).join(',')}]`],
  ]);
  for (const [key, value] of Object.entries(raw.rawOverride ?? {})) texts.set(key, JSON.stringify(value));
  for (const key of raw.rawOmit ?? []) texts.delete(key);
  return `{${[...texts].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

function toAlertJson({ alertId, devices, entities, ...rest }: WireAlert, incidentId: string): string {
  const body = { ...rest, devices, entities: entities.map(toWireEntity) };
  return `{"alertId":${JSON.stringify(alertId)},"incidentId":${incidentId},${JSON.stringify(body).slice(1)}`;
}
