import type { TruthVersion } from '../../../local/simulator/state/simulator.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';

/** The parts of the wire format that the neutral vocabulary is made of, as the simulator writes it. */
interface WireIncident {
  incidentName: string;
  createdTime: string;
  lastUpdateTime: string;
  assignedTo: string | null;
  classification: string;
  determination: string;
  status: string;
  severity: string;
  tags: string[];
  comments: { comment: string; createdBy: string; createdTime: string }[];
  alerts: WireAlert[];
}

type WireEntity = Record<string, string | number | null> & { entityType: string };

interface WireAlert extends Record<string, unknown> {
  alertId: string;
  severity: string;
  status: string;
  classification: string | null;
  determination: string | null;
  serviceSource: string;
  detectionSource: string;
  creationTime: string;
  lastUpdatedTime: string;
  firstActivity: string;
  lastActivity: string;
  resolvedTime: string | null;
  mitreTechniques: string[];
  devices: Record<string, string | null>[];
  entities: WireEntity[];
}

export type Fields = Record<string, unknown>;

/** What has to be stored for one version: every field of the contract, mapped here anew and not by the collector's mapper. */
export interface ExpectedIncident {
  incident: Fields;
  alerts: Fields[];
}

/** Words that are not simply the wire's with a small first letter. */
const OTHER_WORDS = new Map([
  ['UnSpecified', 'unknown'],
  ['NotAvailable', 'unknown'],
  ['CompromisedUser', 'compromisedAccount'],
  ['Clean', 'notMalicious'],
  ['OfficeATP', 'microsoftDefenderForOffice365'],
  ['MicrosoftCloudAppSecurity', 'microsoftDefenderForCloudApps'],
]);

/** The same word names a product among the service sources and what has detected something among these. */
const DETECTORS = new Map([
  ['WindowsDefenderAtp', 'microsoftDefenderForEndpoint'],
  ['OfficeATP', 'microsoftDefenderForOffice365'],
  ['MCAS', 'cloudAppSecurity'],
]);

const word = (text: unknown): string | null =>
  typeof text !== 'string' ? null : (OTHER_WORDS.get(text) ?? text.charAt(0).toLowerCase() + text.slice(1));

/** `2026-01-01T00:00:00.5Z` → seven fraction digits. */
export function padTime(time: string | null): string | null {
  if (time === null) return null;
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(7, '0')}Z`;
}

export function expectedOf(version: TruthVersion, tenantId: string, source: SourceName = 'defender'): ExpectedIncident {
  const wire = JSON.parse(version.json) as WireIncident;
  const { incidentId } = version;
  const alerts = wire.alerts.map((alert) => toAlert(alert, incidentId));
  return {
    incident: {
      incidentId,
      name: wire.incidentName,
      status: word(wire.status),
      severity: word(wire.severity),
      classification: word(wire.classification),
      determination: word(wire.determination),
      assignedTo: wire.assignedTo,
      createdTime: padTime(wire.createdTime),
      lastUpdateTime: padTime(wire.lastUpdateTime),
      // Not by JSON.parse, which would round it.
      redirectIncidentId: /"redirectIncidentId":(\d+)/.exec(version.json)?.[1] ?? null,
      tags: wire.tags,
      comments: (Array.isArray(wire.comments) ? wire.comments : []).map((comment) => ({
        ...comment,
        createdTime: padTime(comment.createdTime),
      })),
      alertsCount: alerts.length,
      serviceSources: distinct(wire.alerts.map(({ serviceSource }) => word(serviceSource))),
      categories: distinct(wire.alerts.map((alert) => alert['category'])),
      mitreTechniques: distinct(wire.alerts.flatMap(({ mitreTechniques }) => mitreTechniques)),
      devices: distinct(wire.alerts.flatMap(({ devices }) => devices.map(toDevice))),
      users: distinct(wire.alerts.flatMap(({ entities }) => entities.flatMap(toUser))),
      url: `https://security.microsoft.com/incidents/${incidentId}?tid=${tenantId}`,
      source,
    },
    alerts,
  };
}

function toAlert(wire: WireAlert, incidentId: string): Fields {
  return {
    alertId: wire.alertId,
    incidentId,
    title: wire['title'],
    description: wire['description'],
    severity: word(wire.severity),
    status: word(wire.status),
    category: wire['category'],
    classification: word(wire.classification),
    determination: word(wire.determination),
    serviceSource: word(wire.serviceSource),
    detectionSource: DETECTORS.get(wire.detectionSource) ?? toCamel(wire.detectionSource),
    createdTime: padTime(wire.creationTime),
    lastUpdateTime: padTime(wire.lastUpdatedTime),
    firstActivity: padTime(wire.firstActivity),
    lastActivity: padTime(wire.lastActivity),
    resolvedTime: padTime(wire.resolvedTime),
    assignedTo: wire['assignedTo'],
    mitreTechniques: wire.mitreTechniques,
    devices: distinct(wire.devices.map(toDevice)),
    users: distinct(wire.entities.flatMap(toUser)),
    entities: wire.entities.map(toEntity),
  };
}

const toCamel = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function toDevice(device: Record<string, string | null>): Fields {
  return {
    deviceId: device['mdatpDeviceId'],
    aadDeviceId: device['aadDeviceId'],
    name: device['deviceDnsName'],
    osPlatform: device['osPlatform'],
    healthStatus: word(device['healthStatus'] ?? null),
    riskScore: word(device['riskScore'] ?? null),
  };
}

function toUser(entity: WireEntity): Fields[] {
  if (entity.entityType !== 'User') return [];
  const { accountName, domainName, userPrincipalName, aadUserId, userSid } = entity;
  return [{ accountName, domainName, userPrincipalName, aadUserId, sid: userSid }];
}

function toEntity({ entityType, ...wire }: WireEntity): Fields {
  const known = Object.entries(wire).filter(([, value]) => value !== null);
  return { type: toCamel(entityType), verdict: null, ...Object.fromEntries(known) };
}

/** Each value once; the contract promises no order. */
function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
