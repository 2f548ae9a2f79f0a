export type Service = 'endpoint' | 'antivirus' | 'mail' | 'cloud-apps' | 'identity' | 'sign-in';
export type Evidence =
  'file' | 'process' | 'user' | 'ip' | 'url' | 'message' | 'mailbox' | 'cluster' | 'registry' | 'group';

export interface AlertTemplate {
  title: string;
  description: string;
  category: string;
  service: Service;
  techniques: string[];
  evidence: Evidence[];
  threatFamily?: string;
  actor?: string;
}

/** Alerts that believable incidents are put together from. Threat names are general ones, victims are invented. */
export const ALERT_TEMPLATES = {
  ransomware: {
    title: 'Ransomware activity',
    description: 'Many files were changed within a minute and got an extension that is not common in the organisation.',
    category: 'Ransomware',
    service: 'endpoint',
    techniques: ['T1486', 'T1490'],
    evidence: ['process', 'file', 'user'],
  },
  shadowCopies: {
    title: 'Shadow copies were deleted',
    description: 'A process removed the volume shadow copies, which often comes before the encryption of files.',
    category: 'Impact',
    service: 'endpoint',
    techniques: ['T1490'],
    evidence: ['process', 'user'],
  },
  mimikatz: {
    title: "'Mimikatz' hacktool was detected",
    description: 'A tool that reads credentials from memory was found. It may have been stopped before it ran.',
    category: 'CredentialAccess',
    service: 'antivirus',
    techniques: ['T1003.001'],
    evidence: ['file', 'user'],
    threatFamily: 'Mimikatz',
  },
  lsass: {
    title: 'Sensitive credential memory read',
    description: 'A process read the memory of LSASS, where credentials of signed-in users are kept.',
    category: 'CredentialAccess',
    service: 'endpoint',
    techniques: ['T1003.001', 'T1055'],
    evidence: ['process', 'user'],
  },
  phishReported: {
    title: 'Email reported by user as malware or phish',
    description: 'A user reported a message as phishing.',
    category: 'InitialAccess',
    service: 'mail',
    techniques: ['T1566'],
    evidence: ['mailbox', 'message', 'cluster', 'ip'],
  },
  phishRemoved: {
    title: 'Email messages containing malicious URL removed after delivery',
    description: 'Messages with a link that turned out to be malicious were removed from mailboxes.',
    category: 'InitialAccess',
    service: 'mail',
    techniques: ['T1566.002'],
    evidence: ['message', 'mailbox', 'url', 'cluster'],
  },
  urlClick: {
    title: 'A potentially malicious URL click was detected',
    description: 'A user followed a link that Safe Links considers malicious.',
    category: 'InitialAccess',
    service: 'mail',
    techniques: ['T1566.002', 'T1204.001'],
    evidence: ['url', 'user', 'message'],
  },
  forwarding: {
    title: 'Suspicious inbox forwarding rule',
    description: 'A rule that forwards all mail to an address outside the organisation was created.',
    category: 'Collection',
    service: 'cloud-apps',
    techniques: ['T1114.003'],
    evidence: ['user', 'mailbox', 'ip'],
  },
  impossibleTravel: {
    title: 'Impossible travel activity',
    description: 'One user signed in from two places that are too far apart for the time between.',
    category: 'InitialAccess',
    service: 'cloud-apps',
    techniques: ['T1078'],
    evidence: ['user', 'ip', 'ip'],
  },
  spray: {
    title: 'Password spray',
    description: 'One source tried a few common passwords on many accounts.',
    category: 'CredentialAccess',
    service: 'sign-in',
    techniques: ['T1110.003'],
    evidence: ['user', 'user', 'ip'],
  },
  unfamiliar: {
    title: 'Unfamiliar sign-in properties',
    description: 'A sign-in had properties that were not seen for this user before.',
    category: 'InitialAccess',
    service: 'sign-in',
    techniques: ['T1078.004'],
    evidence: ['user', 'ip'],
  },
  dcsync: {
    title: 'Suspected DCSync attack (replication of directory services)',
    description: 'An account asked a domain controller for password hashes by way of replication.',
    category: 'CredentialAccess',
    service: 'identity',
    techniques: ['T1003.006'],
    evidence: ['user', 'ip'],
  },
  groupChange: {
    title: 'Suspicious additions to sensitive groups',
    description: 'An account was added to a group with high privileges.',
    category: 'Persistence',
    service: 'identity',
    techniques: ['T1098'],
    evidence: ['user', 'group'],
  },
  powershell: {
    title: 'Suspicious PowerShell command line',
    description: 'PowerShell was started with an encoded command by an Office program.',
    category: 'Execution',
    service: 'endpoint',
    techniques: ['T1059.001', 'T1027'],
    evidence: ['process', 'file', 'user'],
  },
  runKey: {
    title: 'Anomaly detected in ASEP registry',
    description: 'A program was added to a registry key that starts programs at sign-in.',
    category: 'Persistence',
    service: 'endpoint',
    techniques: ['T1547.001'],
    evidence: ['registry', 'process'],
  },
  beacon: {
    title: 'Connection to a custom network indicator',
    description: 'A device connected to an address on the list of indicators.',
    category: 'CommandAndControl',
    service: 'endpoint',
    techniques: ['T1071.001'],
    evidence: ['ip', 'url', 'process'],
  },
  lateral: {
    title: 'Suspicious remote activity',
    description: 'A service was created on another device with the credentials of an administrator.',
    category: 'LateralMovement',
    service: 'endpoint',
    techniques: ['T1021.002', 'T1569.002'],
    evidence: ['process', 'user', 'ip'],
  },
  download: {
    title: 'Mass download by a single user',
    description: 'One user downloaded far more files than usual.',
    category: 'Exfiltration',
    service: 'cloud-apps',
    techniques: ['T1530'],
    evidence: ['user', 'ip'],
  },
  unwanted: {
    title: "'PUADlManager' unwanted software was detected",
    description: 'An installer that brings other programs along was found and removed.',
    category: 'UnwantedSoftware',
    service: 'antivirus',
    techniques: [],
    evidence: ['file'],
    threatFamily: 'PUADlManager',
  },
  malware: {
    title: "'Emotet' malware was prevented",
    description: 'A file of a known malware family was stopped before it ran.',
    category: 'Malware',
    service: 'antivirus',
    techniques: ['T1204.002'],
    evidence: ['file', 'user'],
    threatFamily: 'Emotet',
  },
} as const satisfies Record<string, AlertTemplate>;

export type AlertName = keyof typeof ALERT_TEMPLATES;
