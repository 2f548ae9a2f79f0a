import type { Alert, Device, User } from '../../shared/domain/incidents/incident.ts';
import { formatTicks, TICKS_PER_MINUTE, type Ticks } from '../../shared/domain/values/ticks.ts';
import { anAlert, anIncident, seedIncidents } from '../helpers/seed.ts';
import type { BoardFixture } from './board-fixture.ts';
import { minutesAgo, TAILSPIN, ticksAgo } from './seed-board.ts';

export const ATTACK = { tenantId: TAILSPIN, incidentId: '3001' } as const;
export const HASH = '4faa63cd'.repeat(8);

export const LAPTOP: Device = {
  deviceId: '73e7e2de709dff64ef64b1d0c30e67fab63279db',
  aadDeviceId: null,
  name: 'ws-030.tailspin-toys.example',
  osPlatform: 'Windows11',
  healthStatus: 'active',
  riskScore: 'high',
};

const KIM: User = {
  accountName: 'kim',
  domainName: 'tailspin',
  userPrincipalName: 'kim@tailspin-toys.example',
  aadUserId: '6e5b8a11-5b1f-4a5c-b0f5-0d3e0c1a2b3c',
  sid: 'S-1-5-21-7',
};

const SERVER: Device = { ...LAPTOP, deviceId: 'srv-1', name: 'srv-dc-01', osPlatform: null, riskScore: null };
const ADMIN: User = { ...KIM, accountName: 'svc-admin', userPrincipalName: null, aadUserId: null, sid: 'S-1-5-21-500' };

/** One now for all, so that what shall be at the same time is. */
function alertsBefore(now: Ticks): (alertId: string, minutes: number, fields: Partial<Alert>) => Alert {
  const at = (minutes: number): string => formatTicks(now - BigInt(minutes) * TICKS_PER_MINUTE);
  return (alertId, minutes, fields) => ({
    ...anAlert(ATTACK.incidentId, alertId),
    firstActivity: at(minutes),
    createdTime: at(60),
    ...fields,
  });
}

/** A mail, what it ran on a laptop, and what came of it: a kind of evidence each. */
export async function seedAttack({ incidents }: Pick<BoardFixture, 'incidents'>): Promise<void> {
  const file = { fileName: 'procdump.exe', filePath: 'C:\\Users\\kim\\Downloads', sha256: HASH };
  const now = ticksAgo(0);
  const alertAt = alertsBefore(now);
  const alerts: Alert[] = [
    alertAt('da-credentials', 100, {
      title: 'Sensitive credential memory read',
      category: 'CredentialAccess',
      severity: 'high',
      mitreTechniques: ['T1003.001', 'T1574.002'],
      lastActivity: formatTicks(now - 96n * TICKS_PER_MINUTE),
      devices: [LAPTOP, SERVER],
      users: [ADMIN],
      entities: [
        { type: 'file', verdict: 'malicious', remediationStatus: 'Remediated', ...file, deviceId: LAPTOP.deviceId },
        {
          type: 'registry',
          verdict: 'suspicious',
          registryHive: 'HKEY_CURRENT_USER',
          registryKey: 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
          registryValueName: 'Updater',
          registryValue: 'C:\\Users\\kim\\AppData\\Roaming\\update.exe',
          registryValueType: 'String',
        },
      ],
    }),
    alertAt('da-shell', 100, {
      title: 'Suspicious PowerShell command line',
      category: 'execution',
      mitreTechniques: ['T1059.001'],
      devices: [LAPTOP],
      users: [KIM],
      entities: [
        { type: 'file', verdict: 'suspicious', ...file, deviceId: LAPTOP.deviceId },
        {
          type: 'process',
          verdict: 'malicious',
          detectionStatus: 'Prevented',
          fileName: 'powershell.exe',
          filePath: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0',
          processId: 4780,
          processCommandLine: 'powershell.exe -NoP -W Hidden -Enc SQBFAFgA',
          parentProcessFileName: 'outlook.exe',
          parentProcessId: 668,
          accountName: 'kim',
          domainName: 'tailspin',
          deviceId: LAPTOP.deviceId,
        },
      ],
    }),
    alertAt('fa-mail', 104, {
      title: 'A potentially malicious URL click was detected',
      category: 'InitialAccess',
      serviceSource: 'microsoftDefenderForOffice365',
      mitreTechniques: ['T1566.002'],
      users: [KIM],
      entities: [
        {
          type: 'mailMessage',
          verdict: 'malicious',
          sender: 'billing@evil.example',
          recipient: 'kim@tailspin-toys.example',
          subject: 'Your invoice is overdue',
          deliveryAction: 'DeliveredAsSpam',
        },
        { type: 'url', verdict: 'malicious', url: 'https://login.evil.example/pay?u=kim' },
        { type: 'ip', verdict: 'suspicious', ipAddress: '203.0.113.212', countryLetterCode: 'NL' },
        { type: 'ip', verdict: 'noThreatsFound', ipAddress: '192.0.2.9' },
      ],
    }),
    alertAt('ca-app', 90, {
      title: 'Unusual addition of credentials to an app',
      category: 'Malware',
      serviceSource: 'microsoftDefenderForCloudApps',
      entities: [
        { type: 'oAuthApplication', verdict: 'suspicious', applicationName: 'Mail reader', applicationId: 'app-1' },
        { type: 'azureResource', verdict: 'unknown', resourceName: 'vault', resourceId: '/subscriptions/1/vault' },
        { type: 'networkConnection', verdict: 'unknown', destinationAddress: { ipAddress: '203.0.113.4' } },
      ],
    }),
  ];
  const incident = anIncident(ATTACK.incidentId, minutesAgo(20), {
    name: 'Multi-stage incident involving initial access and credential access',
    severity: 'high',
    tags: ['attack disruption'],
    alertsCount: alerts.length,
    createdTime: formatTicks(ticksAgo(60)),
    devices: [LAPTOP, SERVER],
    users: [KIM, ADMIN],
    url: `https://security.microsoft.com/incidents/${ATTACK.incidentId}?tid=${TAILSPIN}`,
  });
  await seedIncidents(incidents, TAILSPIN, [incident], alerts);
}
