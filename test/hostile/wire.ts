import { defaultSource } from '../scenarios/cloud/default-source.ts';

/** JSON texts of the keys of an object; `undefined` leaves the key out. */
export type Keys = Readonly<Record<string, string | undefined>>;

/** How a source writes what payloads call by the names of the Defender API. */
interface Wire {
  /** Of its list. */
  path: string;
  incident: Names;
  alert: Names;
  device: Names;
  entity: Names;
  toId(digits: string): string;
  /** Of an incident that is odd in nothing else. */
  regularIncident: Keys;
  regularAlert: Keys;
  regularDevice: Keys;
  toEntityType(type: string): string;
}

/** A name with a slash leads into an object. */
type Names = Readonly<Record<string, string>>;

const NO_OTHER_NAMES: Names = {};

const WIRES: Readonly<Record<'defender' | 'graph', Wire>> = {
  defender: {
    path: '/api/incidents',
    incident: NO_OTHER_NAMES,
    alert: NO_OTHER_NAMES,
    device: NO_OTHER_NAMES,
    entity: NO_OTHER_NAMES,
    toId: (digits) => digits,
    regularIncident: {
      classification: '"Unknown"',
      determination: '"NotAvailable"',
      status: '"Active"',
      severity: '"Medium"',
    },
    regularAlert: { severity: '"Low"', status: '"New"', serviceSource: '"OfficeATP"', devices: '[]', entities: '[]' },
    regularDevice: {},
    toEntityType: (type) => type,
  },
  graph: {
    path: '/v1.0/security/incidents',
    incident: {
      incidentId: 'id',
      incidentName: 'displayName',
      createdTime: 'createdDateTime',
      lastUpdateTime: 'lastUpdateDateTime',
      tags: 'customTags',
      incidentUri: 'incidentWebUrl',
    },
    alert: {
      alertId: 'id',
      creationTime: 'createdDateTime',
      lastUpdatedTime: 'lastUpdateDateTime',
      firstActivity: 'firstActivityDateTime',
      devices: 'evidence',
      entities: 'evidence',
    },
    device: { mdatpDeviceId: 'mdeDeviceId' },
    entity: { entityType: '@odata.type', accountName: 'userAccount/accountName', fileName: 'fileDetails/fileName' },
    toId: (digits) => JSON.stringify(digits),
    regularIncident: {
      classification: '"unknown"',
      determination: '"unknown"',
      status: '"active"',
      severity: '"medium"',
    },
    regularAlert: {
      severity: '"low"',
      status: '"new"',
      serviceSource: '"microsoftDefenderForOffice365"',
      evidence: '[]',
    },
    regularDevice: { '@odata.type': '"#microsoft.graph.security.deviceEvidence"' },
    toEntityType: (type) => `#microsoft.graph.security.${type.charAt(0).toLowerCase()}${type.slice(1)}Evidence`,
  },
};

/** Of the source that the tenants of this run are read from. */
export const WIRE = WIRES[defaultSource()];

/** One key with its JSON text. */
export function pair(names: Names, key: string, text: string): string {
  const [name = '', inner] = (names[key] ?? key).split('/');
  const value = inner === undefined ? text : `{${JSON.stringify(inner)}:${text}}`;
  return `${JSON.stringify(name)}:${value}`;
}

/** An object of regular keys, those of the payload in their place, and `extra` behind them. */
export function objectJson(names: Names, regular: Keys, keys: Keys, extra: readonly string[]): string {
  const own = new Set(Object.keys(keys).map((key) => names[key] ?? key));
  const kept = Object.entries(regular).filter(([key]) => !own.has(names[key] ?? key));
  const pairs = [...kept, ...Object.entries(keys)].flatMap(([key, text]) =>
    text === undefined ? [] : [pair(names, key, text)],
  );
  return `{${[...pairs, ...extra].join(',')}}`;
}
