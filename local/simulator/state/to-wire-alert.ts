import { createHash } from 'node:crypto';
import { type AlertInput, type WireAlert, type WireDevice } from './wire-incident.ts';

/** Fills what the input leaves out; equal inputs give equal alerts. */
export function toWireAlert(
  input: AlertInput,
  { at, incidentId, severity, place }: { at: string; incidentId: string; severity: string; place: number },
): WireAlert {
  return {
    alertId: input.alertId ?? `da${digest(`${incidentId}|${at}|${place}`, 32)}_1`,
    serviceSource: 'MicrosoftDefenderForEndpoint',
    creationTime: at,
    lastUpdatedTime: at,
    resolvedTime: null,
    firstActivity: at,
    lastActivity: at,
    title: 'Suspicious activity',
    description: 'A device showed behaviour that is often seen in attacks.',
    category: 'SuspiciousActivity',
    status: 'New',
    severity,
    investigationId: null,
    investigationState: 'UnsupportedAlertType',
    classification: null,
    determination: null,
    detectionSource: 'WindowsDefenderAtp',
    assignedTo: null,
    actorName: null,
    threatFamilyName: null,
    mitreTechniques: [],
    entities: [],
    ...input,
    devices: (input.devices ?? []).map((device) => toWireDevice(device, at)),
  };
}

type DeviceInput = NonNullable<AlertInput['devices']>[number];

function toWireDevice({ deviceDnsName, ...input }: DeviceInput, at: string): WireDevice {
  return {
    mdatpDeviceId: input.mdatpDeviceId ?? digest(deviceDnsName, 40),
    aadDeviceId: null,
    deviceDnsName,
    osPlatform: 'Windows11',
    version: '24H2',
    osProcessor: 'x64',
    osBuild: 26100,
    healthStatus: 'Active',
    riskScore: 'Medium',
    rbacGroupName: null,
    rbacGroupId: 0,
    firstSeen: at,
    ...input,
  };
}

function digest(text: string, length: number): string {
  return createHash('sha1').update(text).digest('hex').slice(0, length);
}
