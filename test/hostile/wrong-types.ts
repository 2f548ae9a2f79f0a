import {
  alertJson,
  deviceJson,
  entityJson,
  HOSTILE_ID,
  STORED,
  stored,
  withAlert,
  withKeys,
  type Expectation,
  type IncidentPayload,
} from './payload.ts';

/** JSON texts of every kind of value that a field may hold against its documented type. */
const ODD: readonly (readonly [string, string])[] = [
  ['null', 'null'],
  ['a truth value', 'true'],
  ['a number', '-1.5'],
  ['an empty text', '""'],
  ['a list', '[[],{},null]'],
  ['an object', '{"value":{"toString":null}}'],
  ['the word constructor', '"constructor"'],
  ['the word __proto__', '"__proto__"'],
];

const INCIDENT_FIELDS = [
  'redirectIncidentId',
  'incidentName',
  'createdTime',
  'assignedTo',
  'classification',
  'determination',
  'status',
  'severity',
  'tags',
  'comments',
  'alerts',
  'incidentUri',
];
const ALERT_FIELDS = [
  'alertId',
  'incidentId',
  'title',
  'category',
  'severity',
  'status',
  'serviceSource',
  'detectionSource',
  'creationTime',
  'lastUpdatedTime',
  'mitreTechniques',
  'devices',
  'entities',
];
const DEVICE_FIELDS = ['mdatpDeviceId', 'deviceDnsName', 'healthStatus', 'loggedOnUsers'];
const ENTITY_FIELDS = ['entityType', 'accountName', 'verdict', 'ipAddress'];

/** The update time decides where an incident is stored: without a usable one its creation time is taken. */
const TIMELESS = ODD.filter(([name]) => name !== 'null');
const ID_OF: Readonly<Record<string, Expectation>> = {
  null: { kind: 'gap', reason: 'incident-without-id' },
  'a truth value': { kind: 'gap', reason: 'incident-without-id' },
  'a number': { kind: 'stored', incidentId: '-1.5' },
  'an empty text': { kind: 'gap', reason: 'incident-without-id' },
  'a list': { kind: 'gap', reason: 'incident-without-id' },
  'an object': { kind: 'gap', reason: 'incident-without-id' },
  'the word constructor': { kind: 'stored', incidentId: 'constructor' },
  'the word __proto__': { kind: 'stored', incidentId: '__proto__' },
};

const ONE_ALERT: Expectation = { kind: 'stored', alerts: 1 };

/** Deep down three kinds stand for all: they go through the same readers. */
const ODD_DEEP = ODD.filter(([kind]) => ['a number', 'an object', 'the word __proto__'].includes(kind));

function each(
  fields: readonly string[],
  build: (name: string, field: string, text: string) => IncidentPayload,
  odd = ODD,
): IncidentPayload[] {
  return fields.flatMap((field) => odd.map(([kind, text]) => build(`${field} is ${kind}`, field, text)));
}

/** Every field of the wire format with a value of every wrong type, and left out. */
export const WRONG_TYPES: readonly IncidentPayload[] = [
  ...each(INCIDENT_FIELDS, (name, field, text) => withKeys(`incident: ${name}`, STORED, { [field]: text })),
  ...[...INCIDENT_FIELDS, 'lastUpdateTime'].map((field) =>
    withKeys(`incident: ${field} is missing`, STORED, { [field]: undefined }),
  ),
  ...TIMELESS.map(([kind, text]) => withKeys(`incident: lastUpdateTime is ${kind}`, STORED, { lastUpdateTime: text })),
  ...ODD.map(([kind, text]) =>
    withKeys(`incident: incidentId is ${kind}`, ID_OF[kind] ?? STORED, { incidentId: text }),
  ),
  withKeys('incident: no times at all', STORED, { createdTime: undefined, lastUpdateTime: undefined }),
  withKeys('incident: nothing but an id', STORED, {
    ...Object.fromEntries(INCIDENT_FIELDS.map((field) => [field, undefined])),
    lastUpdateTime: undefined,
  }),
  withKeys('incident: incidentId is missing', ID_OF['null'] ?? STORED, { incidentId: undefined }),
  ...each(ALERT_FIELDS, (name, field, text) => withAlert(`alert: ${name}`, ONE_ALERT, { [field]: text })),
  withAlert('alert: everything is missing', ONE_ALERT, {
    ...Object.fromEntries(['alertId', 'title', 'severity', 'status', 'category'].map((field) => [field, undefined])),
  }),
  ...each(
    DEVICE_FIELDS,
    (name, field, text) =>
      withAlert(`device: ${name}`, ONE_ALERT, { devices: `[${deviceJson({ deviceId: '"d1"', [field]: text })}]` }),
    ODD_DEEP,
  ),
  ...each(
    ENTITY_FIELDS,
    (name, field, text) =>
      withAlert(`entity: ${name}`, ONE_ALERT, { entities: `[${entityJson('User', { [field]: text })}]` }),
    ODD_DEEP,
  ),
  ...ODD.map(([kind, text]) =>
    withKeys(`alerts: one of them is ${kind}`, STORED, { alerts: `[${text},${alertJson()}]` }),
  ),
  ...ODD.map(([kind, text]) => withKeys(`tags: one of them is ${kind}`, STORED, { tags: `[${text},"kept"]` })),
  ...ODD.map(([kind, text]) =>
    withKeys(`comments: one of them is ${kind}`, STORED, { comments: `[${text},{"comment":"kept"}]` }),
  ),
  withKeys('incident: the id of its own target', stored({ redirectIncidentId: HOSTILE_ID }), {
    redirectIncidentId: HOSTILE_ID,
    status: '"Redirected"',
  }),
];
