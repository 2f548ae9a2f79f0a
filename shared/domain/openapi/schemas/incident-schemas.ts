import type { Alert, Comment, Device, User } from '../../incidents/incident.ts';
import type { HistoryEntry } from '../../rows/incident-rows.ts';
import type { IncidentView, ListedIncident } from '../../views/incident-view.ts';
import {
  described,
  flag,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  ref,
  text,
  time,
  type Schema,
} from './schema.ts';

const STATUS = described(
  text,
  'One of new, active, inProgress, resolved, redirected, awaitingAction, or another word of the source in camelCase.',
);
const SEVERITY = described(
  text,
  'One of unknown, informational, low, medium, high, or another word of the source in camelCase.',
);
const TEXTS = listOf(text);

const LISTED: Record<keyof ListedIncident, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  customer: nullable(text),
  incidentId: described(text, 'The source’s id, exactly as printed in its JSON.'),
  name: nullable(text),
  status: STATUS,
  severity: SEVERITY,
  classification: nullable(text),
  determination: nullable(text),
  assignedTo: nullable(text),
  createdTime: nullable(time),
  lastUpdateTime: time,
  redirectIncidentId: nullable(text),
  tags: TEXTS,
  alertsCount: nullable(integer),
  alertsPending: described(
    flag,
    'Stored without all of its alerts, which could not be read yet; `alertsCount` is null.',
  ),
  devicesCount: described(
    nullable(integer),
    'Affected devices; null while alerts are pending, and of a version that was stored before they were counted.',
  ),
  usersCount: described(nullable(integer), 'Affected users; null as with `devicesCount`.'),
  serviceSources: TEXTS,
  categories: TEXTS,
  mitreTechniques: TEXTS,
  url: described(nullable(text), 'Link into the Defender portal.'),
  source: oneOf(['defender', 'graph']),
  firstCollectedAt: time,
  collectedAt: described(time, 'When the shown version was stored.'),
  truncated: described(TEXTS, 'Fields that were shortened to be stored.'),
  sourceMissing: described(flag, 'The source reported twice, a day apart, that it has no such incident; not open.'),
  beyondSourceRetention: described(flag, 'Open, and for 180 days without an update.'),
};

const DETAIL_ONLY: Record<Exclude<keyof IncidentView, keyof ListedIncident>, Schema> = {
  comments: listOf(ref('Comment')),
  devices: listOf(ref('Device')),
  users: listOf(ref('User')),
  unindexedValues: described(
    nullable(integer),
    'The number of values that are too many for the index; null while it is not in the index.',
  ),
};

const COMMENT: Record<keyof Comment, Schema> = {
  comment: text,
  createdBy: nullable(text),
  createdTime: nullable(time),
};

const DEVICE: Record<keyof Device, Schema> = {
  deviceId: nullable(text),
  aadDeviceId: nullable(text),
  name: nullable(text),
  osPlatform: nullable(text),
  healthStatus: nullable(text),
  riskScore: nullable(text),
};

const USER: Record<keyof User, Schema> = {
  accountName: described(nullable(text), 'Or a display name, where the source names the user by nothing else.'),
  domainName: nullable(text),
  userPrincipalName: described(nullable(text), 'Or the address of a mailbox that has none.'),
  aadUserId: nullable(text),
  sid: nullable(text),
};

const ALERT: Record<keyof Alert, Schema> = {
  alertId: text,
  incidentId: text,
  title: nullable(text),
  description: nullable(text),
  severity: SEVERITY,
  status: text,
  category: nullable(text),
  classification: nullable(text),
  determination: nullable(text),
  serviceSource: nullable(text),
  detectionSource: nullable(text),
  createdTime: nullable(time),
  lastUpdateTime: nullable(time),
  firstActivity: nullable(time),
  lastActivity: nullable(time),
  resolvedTime: nullable(time),
  assignedTo: nullable(text),
  mitreTechniques: TEXTS,
  devices: listOf(ref('Device')),
  users: listOf(ref('User')),
  entities: listOf(ref('Entity')),
};

const HISTORY_ENTRY: Record<keyof HistoryEntry, Schema> = {
  at: described(time, 'When it was stored, by the storage service’s clock.'),
  lastUpdateTime: time,
  changes: listOf(ref('FieldChange')),
};

const ANY_VALUE: Schema = { description: 'The neutral value; a long one is shortened and ends in "…".' };

export const INCIDENT_SCHEMAS: Readonly<Record<string, Schema>> = {
  ListedIncident: objectOf(LISTED),
  Incident: objectOf({ ...LISTED, ...DETAIL_ONLY }),
  Comment: objectOf(COMMENT),
  Device: objectOf(DEVICE),
  User: objectOf(USER),
  Alert: objectOf(ALERT),
  Entity: described(
    { ...objectOf({ type: text, verdict: nullable(text) }), additionalProperties: true },
    'The source’s other fields follow in camelCase.',
  ),
  HistoryEntry: objectOf(HISTORY_ENTRY),
  FieldChange: {
    oneOf: [
      objectOf({ field: { const: 'alerts' }, added: TEXTS, removed: TEXTS, changed: TEXTS }),
      objectOf({
        field: described(text, '`created` in the first entry; a name of Incident; `source`; `wentBack`.'),
        from: ANY_VALUE,
        to: ANY_VALUE,
      }),
    ],
  },
};
