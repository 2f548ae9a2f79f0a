import type { Random } from '../basics/random.ts';
import type { EntityInput } from '../state/wire-incident.ts';
import type { AlertTemplate, Evidence } from './alert-templates.ts';
import type { SampleCompany, Machine, Person } from './sample-company.ts';

export interface Scene {
  company: SampleCompany;
  person: Person;
  machine: Machine;
  /** When it happened, as on the wire. */
  at: string;
}

const FILES = ['invoice_8841.iso', 'update.exe', 'setup_x64.msi', 'Täglicher Bericht.docm', 'procdump.exe', 'a.ps1'];
const COMMANDS = [
  'powershell.exe -NoP -W Hidden -Enc SQBFAFgA',
  'vssadmin.exe delete shadows /all /quiet',
  'rundll32.exe comsvcs.dll, MiniDump 612 out.dmp full',
  'cmd.exe /c whoami /all',
];
const SUBJECTS = [
  'Your invoice is overdue',
  '[EXTERNAL] Attention',
  'Shared document: Q4 salaries',
  'Lieferung nicht möglich – bitte bestätigen',
];
/** Address blocks for documentation (RFC 5737). */
const OUTSIDE = ['192.0.2', '198.51.100', '203.0.113'];

/** The entities that an alert names. */
export function sampleEvidence(random: Random, template: AlertTemplate, scene: Scene): EntityInput[] {
  return template.evidence.map((kind) => toEntity(random, kind, scene));
}

function toEntity(random: Random, kind: Evidence, { company, person, machine, at }: Scene): EntityInput {
  const { deviceId } = machine;
  switch (kind) {
    case 'file':
      return { entityType: 'File', ...fileOf(random, person), deviceId };
    case 'process':
      return {
        entityType: 'Process',
        ...fileOf(random, person),
        processId: random.integer(400, 30_000),
        processCommandLine: random.pick(COMMANDS),
        processCreationTime: at,
        parentProcessId: random.integer(400, 30_000),
        parentProcessCreationTime: at,
        ...userOf(person, company),
        deviceId,
      };
    case 'user':
      return { entityType: 'User', ...userOf(random.chance(0.7) ? person : random.pick(company.people), company) };
    case 'ip':
      return { entityType: 'Ip', ipAddress: `${random.pick(OUTSIDE)}.${random.integer(1, 254)}` };
    case 'url':
      return { entityType: 'Url', url: `https://login-${random.hex(6)}.example/verify?u=${person.account}` };
    case 'message':
      return { entityType: 'MailMessage', ...messageOf(random, person), userPrincipalName: person.principalName };
    case 'mailbox':
      return {
        entityType: 'MailBox',
        userPrincipalName: person.principalName,
        mailboxDisplayName: person.name,
        mailboxAddress: person.principalName,
      };
    case 'cluster':
      return {
        entityType: 'MailCluster',
        clusterBy: random.pick(['Subject;P2SenderDomain;ContentType', 'Subject;SenderIp;ContentType']),
      };
    case 'registry':
      return {
        entityType: 'Registry',
        registryHive: 'HKEY_CURRENT_USER',
        registryKey: 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
        registryValueType: 'String',
        registryValue: `C:\\Users\\${person.account}\\AppData\\Roaming\\${random.hex(8)}.exe`,
        deviceId,
      };
    case 'group':
      return { entityType: 'SecurityGroup', securityGroupId: random.guid(), securityGroupName: 'Domain Admins' };
  }
}

function fileOf(random: Random, { account }: Person): Omit<EntityInput, 'entityType'> {
  return {
    sha1: random.hex(40),
    sha256: random.chance(0.7) ? random.hex(64) : null,
    fileName: random.pick(FILES),
    filePath: `C:\\Users\\${account}\\Downloads`,
  };
}

function userOf(person: Person, company: SampleCompany): Omit<EntityInput, 'entityType'> {
  return {
    accountName: person.account,
    domainName: company.domain.split('.')[0] ?? null,
    userSid: person.sid,
    aadUserId: person.aadUserId,
    userPrincipalName: person.principalName,
  };
}

function messageOf(random: Random, person: Person): Omit<EntityInput, 'entityType'> {
  return {
    sender: `billing@mail-${random.hex(4)}.example`,
    recipient: person.principalName,
    subject: random.pick(SUBJECTS),
    deliveryAction: random.pick(['Delivered', 'DeliveredAsSpam', 'Blocked', 'Replaced']),
  };
}
