import { hashContent } from '../incidents/content-hash.ts';
import { distinctDevices, distinctUsers } from '../incidents/distinct-assets.ts';
import type { Alert, Device } from '../incidents/incident.ts';
import {
  toClassification,
  toDetectionSource,
  toDetermination,
  toOpenWord,
  toServiceSource,
  toSeverity,
  toStatus,
} from '../incidents/vocabulary.ts';
import { toBoundedJson } from '../values/bounded-json.ts';
import {
  readFirstText,
  readFirstTime,
  readId,
  readObjects,
  readText,
  readTextList,
  type JsonObject,
} from '../values/read-value.ts';
import { toEntity } from './to-entity.ts';
import { toUsers, type UserAliases } from './to-users.ts';

const HASHED = { depth: 20, entries: 1_000, textChars: 100_000 };

/**
 * `incidentId` is that of the incident the alert was shown in: Microsoft's own samples have alerts that name another one, and an
 * alert has to lead to the row that it is stored under. `aliases` are those of the incident's other alerts too.
 */
export function toAlert(entry: JsonObject, incidentId: string, aliases: UserAliases): Alert {
  const entities = readObjects(entry['entities']);
  return {
    alertId: readId(entry['alertId']) ?? `unnamed-${hashContent(toBoundedJson(entry, HASHED))}`,
    incidentId,
    title: readText(entry['title']),
    description: readText(entry['description']),
    severity: toSeverity(entry['severity']),
    status: toStatus(entry['status']),
    category: readText(entry['category']),
    classification: toClassification(entry['classification']),
    determination: toDetermination(entry['determination']),
    serviceSource: toServiceSource(entry['serviceSource']),
    detectionSource: toDetectionSource(entry['detectionSource']),
    createdTime: readFirstTime(entry, 'creationTime', 'createdTime'),
    lastUpdateTime: readFirstTime(entry, 'lastUpdatedTime', 'lastUpdateTime'),
    firstActivity: readFirstTime(entry, 'firstActivity'),
    lastActivity: readFirstTime(entry, 'lastActivity'),
    resolvedTime: readFirstTime(entry, 'resolvedTime'),
    assignedTo: readText(entry['assignedTo']),
    mitreTechniques: readTextList(entry['mitreTechniques']),
    devices: distinctDevices([readObjects(entry['devices']).map(toDevice).filter(isNamed)]),
    users: distinctUsers([entities.flatMap((entity) => toUsers(entity, aliases))]),
    entities: entities.map(toEntity),
  };
}

function toDevice(entry: JsonObject): Device {
  return {
    deviceId: readFirstText(entry, 'mdatpDeviceId', 'deviceId', 'DeviceId'),
    aadDeviceId: readFirstText(entry, 'aadDeviceId'),
    name: readFirstText(entry, 'deviceDnsName'),
    osPlatform: readFirstText(entry, 'osPlatform'),
    healthStatus: toOpenWord(entry['healthStatus']),
    riskScore: toOpenWord(entry['riskScore']),
  };
}

function isNamed(device: Device): boolean {
  return (device.deviceId ?? device.aadDeviceId ?? device.name) !== null;
}
