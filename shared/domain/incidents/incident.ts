import type { JsonValue } from '../values/json-value.ts';
import type { Ticks } from '../values/ticks.ts';

export type SourceName = 'defender' | 'graph';

/** What may be chosen. `auto`: the Defender API until it is gone, then Graph. */
export const SOURCE_CHOICES = ['defender', 'graph', 'auto'] as const;
export type SourceChoice = (typeof SOURCE_CHOICES)[number];

/** Statuses of Graph's vocabulary that we know; the source may send others, which are kept in camelCase. */
export const INCIDENT_STATUSES = ['new', 'active', 'inProgress', 'resolved', 'redirected', 'awaitingAction'] as const;
export const SEVERITIES = ['unknown', 'informational', 'low', 'medium', 'high'] as const;

export interface Comment {
  comment: string;
  createdBy: string | null;
  createdTime: string | null;
}

export interface Device {
  deviceId: string | null;
  aadDeviceId: string | null;
  name: string | null;
  osPlatform: string | null;
  healthStatus: string | null;
  riskScore: string | null;
}

export interface User {
  accountName: string | null;
  domainName: string | null;
  userPrincipalName: string | null;
  aadUserId: string | null;
  sid: string | null;
}

/** Something an alert is about. `type` and `verdict`, then the source's own non-null fields in camelCase. */
export interface Entity {
  type: string;
  verdict: string | null;
  [field: string]: JsonValue;
}

/** An incident in the provider-neutral vocabulary of docs/api.md. What the source lacks is `null` (lists `[]`). */
export interface Incident {
  /** The source's id as text, exactly as printed in its JSON. */
  incidentId: string;
  name: string | null;
  status: string;
  severity: string;
  classification: string | null;
  determination: string | null;
  assignedTo: string | null;
  /** ISO 8601 UTC with 7 fraction digits, or `null`. */
  createdTime: string | null;
  /** ISO 8601 UTC with 7 fraction digits. */
  lastUpdateTime: string;
  redirectIncidentId: string | null;
  tags: string[];
  comments: Comment[];
  /** `null` when the source did not say (Graph without `$expand`). */
  alertsCount: number | null;
  serviceSources: string[];
  categories: string[];
  mitreTechniques: string[];
  devices: Device[];
  users: User[];
  /** Link into the Defender portal. */
  url: string | null;
  source: SourceName;
}

export interface Alert {
  alertId: string;
  incidentId: string;
  title: string | null;
  description: string | null;
  severity: string;
  status: string;
  category: string | null;
  classification: string | null;
  determination: string | null;
  serviceSource: string | null;
  detectionSource: string | null;
  createdTime: string | null;
  lastUpdateTime: string | null;
  firstActivity: string | null;
  lastActivity: string | null;
  resolvedTime: string | null;
  assignedTo: string | null;
  mitreTechniques: string[];
  devices: Device[];
  users: User[];
  entities: Entity[];
}

/** One version of an incident as the source showed it. A version is (updatedAt, contentHash). */
export interface ObservedIncident {
  incident: Incident;
  alerts: Alert[];
  /** `incident.lastUpdateTime` in ticks. */
  updatedAt: Ticks;
  /** The source sent no update time: `updatedAt` is createdTime, else the lower end of the window that was read. */
  timeAssumed: boolean;
  /** 16 bytes, hex: SHA-256 of the neutral incident and its alerts, cut. Equal content has an equal hash, whatever the key order. */
  contentHash: string;
  /** The incident's own JSON as the source sent it, for replay. */
  sourceJson: string;
  /**
   * The response did not hold all of its alerts: `link` leads to more of them, if the source sent one. The rest must be
   * requested before the incident is stored as complete.
   */
  missingAlerts?: { link: string | undefined };
  /** Older times in later responses of the same read: which of them is right must be read by id. */
  disputedBy?: readonly Ticks[];
}

/** Open: somebody still has to look at it. */
export function isOpen(status: string): boolean {
  return status !== 'resolved' && status !== 'redirected';
}
