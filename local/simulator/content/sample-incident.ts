import {
  minTicks,
  TICKS_PER_DAY,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import type { Random } from '../basics/random.ts';
import { formatWireTime } from '../state/incident-json.ts';
import type { IncidentInput } from '../state/simulator.ts';
import type { AlertInput, WireComment } from '../state/wire-incident.ts';
import { ALERT_TEMPLATES, type AlertTemplate, type Service } from './alert-templates.ts';
import { sampleEvidence, type Scene } from './sample-evidence.ts';
import type { SampleCompany } from './sample-company.ts';
import { INCIDENT_TEMPLATES, type IncidentTemplate } from './incident-templates.ts';

const SERVICES: Readonly<Record<Service, { serviceSource: string; detectionSource: string; prefix: string }>> = {
  endpoint: { serviceSource: 'MicrosoftDefenderForEndpoint', detectionSource: 'WindowsDefenderAtp', prefix: 'da' },
  antivirus: { serviceSource: 'MicrosoftDefenderForEndpoint', detectionSource: 'WindowsDefenderAv', prefix: 'da' },
  mail: { serviceSource: 'OfficeATP', detectionSource: 'OfficeATP', prefix: 'fa' },
  'cloud-apps': { serviceSource: 'MicrosoftCloudAppSecurity', detectionSource: 'MCAS', prefix: 'ca' },
  identity: {
    serviceSource: 'MicrosoftDefenderForIdentity',
    detectionSource: 'MicrosoftDefenderForIdentity',
    prefix: 'aa',
  },
  'sign-in': { serviceSource: 'AADIdentityProtection', detectionSource: 'AadIdentityProtection', prefix: 'ad' },
};
const COMMENTS = [
  'Contacted the user, who confirms that it was not them.',
  'Device isolated, image requested.',
  'Same sender as last week; added to the block list.',
  'Known test of the red team until Friday.',
  'Passwort zurückgesetzt, Sitzungen beendet.',
];
/** Fraction digits that real times show: SQL's rounding, milliseconds, whole seconds, full ticks. */
const TIME_UNITS = [1n, 1n, 1n, 10n, 100n, 10_000n, 100_000n, TICKS_PER_SECOND];

/** One invented incident, as it stands at `now` when it began at `createdTime`. */
export function sampleIncident(random: Random, company: SampleCompany, createdTime: Ticks, now: Ticks): IncidentInput {
  const template = random.weighted(INCIDENT_TEMPLATES.map((one) => [one, one.weight] as const));
  const scene = { company, person: random.pick(company.people), machine: random.pick(company.machines) };
  const created = roughTime(random, createdTime);
  const updated = created + ((now - created) * BigInt(Math.floor(random.next() ** 3 * 1000))) / 1000n;
  const changed = roughTime(random, updated < created ? created : updated);
  const lastUpdateTime = changed < created ? created : changed;
  return {
    createdTime: created,
    lastUpdateTime,
    incidentName: template.name.replace('{user}', scene.person.name).replace('{device}', scene.machine.name),
    severity: random.chance(0.85) ? template.severity : random.pick(['Low', 'Medium', 'High']),
    tags: random.chance(0.6) ? [...template.tags] : [],
    ...outcome(random, template, company, { created, lastUpdateTime, now }),
    alerts: sampleAlerts(random, template, { ...scene, at: formatWireTime(created) }, created),
  };
}

/** Alerts that continue an incident's story. */
export function sampleAlerts(random: Random, template: IncidentTemplate, scene: Scene, at: Ticks): AlertInput[] {
  const [first, ...rest] = template.alerts;
  const names = [first, ...rest.filter(() => random.chance(0.55))];
  return names.map((name, place) =>
    sampleAlert(random, ALERT_TEMPLATES[name], template.severity, scene, at + BigInt(place) * TICKS_PER_MINUTE),
  );
}

function sampleAlert(random: Random, template: AlertTemplate, severity: string, scene: Scene, at: Ticks): AlertInput {
  const { prefix, ...sources } = SERVICES[template.service];
  const time = formatWireTime(at);
  const isOnDevice = prefix === 'da';
  return {
    alertId: isOnDevice ? `da${random.hex(16)}_${random.integer(-2e9, 2e9)}` : `${prefix}${random.guid()}`,
    ...sources,
    creationTime: time,
    lastUpdatedTime: formatWireTime(at + BigInt(random.integer(0, 50_000_000))),
    firstActivity: formatWireTime(at - BigInt(random.integer(0, 60)) * TICKS_PER_MINUTE),
    lastActivity: time,
    title: template.title,
    description: template.description,
    category: template.category,
    severity: random.chance(0.8) ? severity : 'Informational',
    status: random.pick(['New', 'New', 'InProgress', 'Resolved']),
    investigationId: isOnDevice && random.chance(0.3) ? random.integer(1, 9_999) : null,
    investigationState: random.pick([
      'UnsupportedAlertType',
      'Queued',
      'SuccessfullyRemediated',
      'PendingApproval',
      'UnsupportedOs',
    ]),
    assignedTo: random.chance(0.2) ? 'Automation' : null,
    threatFamilyName: template.threatFamily ?? null,
    actorName: template.actor ?? null,
    mitreTechniques: [...template.techniques],
    devices: isOnDevice ? [toDevice(scene)] : [],
    entities: sampleEvidence(random, template, { ...scene, at: time }),
  };
}

function toDevice({ machine }: Scene): NonNullable<AlertInput['devices']>[number] {
  const { name, deviceId, aadDeviceId, group, ...rest } = machine;
  return {
    ...rest,
    deviceDnsName: name,
    mdatpDeviceId: deviceId,
    aadDeviceId,
    rbacGroupName: group,
    rbacGroupId: group.length,
  };
}

/** Old incidents are mostly closed, fresh ones mostly nobody's. */
function outcome(
  random: Random,
  template: IncidentTemplate,
  company: SampleCompany,
  { created, lastUpdateTime, now }: Record<'created' | 'lastUpdateTime' | 'now', Ticks>,
): Partial<IncidentInput> {
  const ageDays = Number(now - created) / Number(TICKS_PER_DAY);
  const isClosed = random.chance(Math.min(0.92, ageDays / 5));
  const assignedTo = isClosed || random.chance(0.4) ? random.pick(company.analysts) : null;
  const comments = random.chance(0.35) ? [sampleComment(random, company, created, lastUpdateTime)] : [];
  if (!isClosed) return { status: assignedTo === null ? 'Active' : 'InProgress', assignedTo, comments };
  return { status: 'Resolved', assignedTo, comments, ...verdict(random, template) };
}

/** What an analyst concludes. */
export function verdict(random: Random, { determination }: IncidentTemplate): Partial<IncidentInput> {
  const real = { classification: 'TruePositive', determination };
  return random.pick([
    real,
    real,
    { classification: 'FalsePositive', determination: 'Clean' },
    { classification: 'InformationalExpectedActivity', determination: 'SecurityTesting' },
  ]);
}

/** Written some time after `at`, and no later than the last change. */
export function sampleComment(random: Random, company: SampleCompany, at: Ticks, lastChange: Ticks): WireComment {
  return {
    comment: random.pick(COMMENTS),
    createdBy: random.pick(company.analysts),
    createdTime: formatWireTime(
      minTicks(roughTime(random, at + BigInt(random.integer(1, 240)) * TICKS_PER_MINUTE), lastChange),
    ),
  };
}

function roughTime(random: Random, ticks: Ticks): Ticks {
  const fine = ticks - BigInt(random.integer(0, 9_999_999));
  return fine - (fine % random.pick(TIME_UNITS));
}
