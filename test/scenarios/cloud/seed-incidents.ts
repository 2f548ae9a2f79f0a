import type { IncidentInput } from '../../../local/simulator/state/simulator.ts';
import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import type { AlertInput, EntityInput } from '../../../local/simulator/state/wire-incident.ts';
import { formatTicks, TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../../../shared/domain/values/ticks.ts';

const STATUSES = ['Active', 'InProgress', 'Resolved', 'Active', 'Resolved'];
const SEVERITIES = ['Informational', 'Low', 'Medium', 'High'];
const VERDICTS = [
  ['Unknown', 'NotAvailable'],
  ['TruePositive', 'CompromisedUser'],
  ['FalsePositive', 'Clean'],
  ['InformationalExpectedActivity', 'SecurityTesting'],
] as const;
const SERVICES = [
  { serviceSource: 'MicrosoftDefenderForEndpoint', detectionSource: 'WindowsDefenderAtp' },
  { serviceSource: 'OfficeATP', detectionSource: 'OfficeATP' },
  { serviceSource: 'MicrosoftCloudAppSecurity', detectionSource: 'MCAS' },
];
const CATEGORIES = ['Ransomware', 'CredentialAccess', 'InitialAccess', 'Execution'];

const pick = <T>(values: readonly [T, ...T[]] | readonly T[], number: number): T => {
  const value = values[number % values.length];
  if (value === undefined) throw new Error('There is nothing to pick from');
  return value;
};

/** An incident whose content follows from its number: no two neighbours are alike in any field. */
export function variedIncident(number: number, updatedAt: Ticks): IncidentInput {
  const [classification, determination] = pick(VERDICTS, number);
  const createdTime = updatedAt - BigInt(number % 7) * TICKS_PER_HOUR - BigInt(number % 10);
  return {
    createdTime,
    lastUpdateTime: updatedAt,
    incidentName: `Incident ${number} – „Täuschung“ <${number}>`,
    status: pick(STATUSES, number),
    severity: pick(SEVERITIES, number),
    classification,
    determination,
    assignedTo: number % 3 === 0 ? null : `analyst${number % 3}@soc.example`,
    tags: number % 2 === 0 ? [] : ['VIP', `case ${number}`],
    comments:
      number % 5 === 0
        ? [{ comment: `Seen, ${number}`, createdBy: 'analyst1@soc.example', createdTime: formatTicks(createdTime) }]
        : [],
    alerts: Array.from({ length: number % 4 }, (_, place) => variedAlert(number, place, createdTime)),
  };
}

export function variedAlert(number: number, place: number, at: Ticks): AlertInput {
  const mark = number * 10 + place;
  const time = formatTicks(at);
  return {
    alertId: `da${mark}_${place}`,
    ...pick(SERVICES, mark),
    title: `Alert ${mark}`,
    description: `What happened ${mark} times`,
    category: pick(CATEGORIES, mark),
    severity: pick(SEVERITIES, mark),
    status: pick(['New', 'InProgress', 'Resolved'], mark),
    creationTime: time,
    lastUpdatedTime: time,
    firstActivity: formatTicks(at - TICKS_PER_HOUR),
    lastActivity: time,
    resolvedTime: mark % 3 === 2 ? time : null,
    assignedTo: mark % 2 === 0 ? 'Automation' : null,
    mitreTechniques: mark % 2 === 0 ? [] : ['T1486', `T${1000 + (mark % 50)}`],
    devices: mark % 3 === 0 ? [{ deviceDnsName: `ws-${mark % 12}.northwind.example`, riskScore: 'High' }] : [],
    entities: [userEntity(mark % 9), { entityType: 'File', fileName: `file ${mark}.exe`, sha1: String(mark) }],
  };
}

function userEntity(number: number): EntityInput {
  return {
    entityType: 'User',
    accountName: `person${number}`,
    domainName: 'northwind',
    userSid: `S-1-5-21-${number}`,
    aadUserId: `aad-${number}`,
    userPrincipalName: `person${number}@northwind.example`,
  };
}

/** Adds `count` incidents, each dated by its number (from 0). Answers their ids. */
export function seedIncidents(
  { control, tenantId }: { control: SimulatorControl; tenantId: string },
  count: number,
  timeOf: (number: number) => Ticks,
  inputOf: (number: number, at: Ticks) => IncidentInput = variedIncident,
): string[] {
  return Array.from(
    { length: count },
    (_, number) => control.addIncident(tenantId, inputOf(number, timeOf(number))).incidentId,
  );
}

/** Dates `count` incidents evenly over the days before now, the first one oldest, the last one two minutes old. */
export function spreadOver(
  { control }: { control: Pick<SimulatorControl, 'now'> },
  days: number,
  count: number,
): (number: number) => Ticks {
  const end = control.now() - TICKS_PER_HOUR / 30n;
  const step = (BigInt(Math.round(days * 1_000)) * TICKS_PER_DAY) / 1_000n / BigInt(count);
  return (number) => end - step * BigInt(count - 1 - number) - BigInt(number % 10);
}
