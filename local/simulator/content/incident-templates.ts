import type { AlertName } from './alert-templates.ts';

export interface IncidentTemplate {
  /** `{user}` and `{device}` are filled in. */
  name: string;
  severity: 'High' | 'Medium' | 'Low' | 'Informational';
  /** How often it occurs beside the others. */
  weight: number;
  /** The first is always there, the rest by chance and in this order. */
  alerts: readonly [AlertName, ...AlertName[]];
  tags: readonly string[];
  /** What analysts conclude when it was real. */
  determination: string;
}

/** A normal week has much phishing and few ransomware cases; the weights follow that. */
export const INCIDENT_TEMPLATES: readonly IncidentTemplate[] = [
  {
    name: 'Ransomware activity on {device}',
    severity: 'High',
    weight: 2,
    alerts: ['ransomware', 'shadowCopies', 'powershell', 'lateral'],
    tags: ['Ransomware', 'Priority'],
    determination: 'MultiStagedAttack',
  },
  {
    name: 'Hands-on-keyboard attack involving multiple devices',
    severity: 'High',
    weight: 2,
    alerts: ['lateral', 'lsass', 'mimikatz', 'dcsync', 'beacon'],
    tags: ['Attack disruption'],
    determination: 'MultiStagedAttack',
  },
  {
    name: "'Mimikatz' hacktool was detected on one endpoint",
    severity: 'Low',
    weight: 5,
    alerts: ['mimikatz', 'lsass'],
    tags: [],
    determination: 'SecurityTesting',
  },
  {
    name: 'Credential access incident on {device}',
    severity: 'High',
    weight: 3,
    alerts: ['lsass', 'mimikatz', 'powershell'],
    tags: ['Tier 2'],
    determination: 'CompromisedUser',
  },
  {
    name: 'Email reported by user as malware or phish',
    severity: 'Informational',
    weight: 18,
    alerts: ['phishReported'],
    tags: [],
    determination: 'Phishing',
  },
  {
    name: 'Email messages containing malicious URL removed after delivery',
    severity: 'Informational',
    weight: 14,
    alerts: ['phishRemoved', 'phishReported'],
    tags: [],
    determination: 'Phishing',
  },
  {
    name: 'Phishing campaign: {user} followed a malicious link',
    severity: 'Medium',
    weight: 8,
    alerts: ['urlClick', 'phishRemoved', 'unfamiliar', 'forwarding'],
    tags: ['Phishing'],
    determination: 'Phishing',
  },
  {
    name: 'Possible BEC fraud involving {user}',
    severity: 'High',
    weight: 3,
    alerts: ['forwarding', 'impossibleTravel', 'unfamiliar'],
    tags: ['BEC', 'Priority'],
    determination: 'CompromisedUser',
  },
  {
    name: 'Impossible travel activity involving one user',
    severity: 'Medium',
    weight: 12,
    alerts: ['impossibleTravel', 'unfamiliar'],
    tags: [],
    determination: 'ConfirmedUserActivity',
  },
  {
    name: 'Password spray on multiple users',
    severity: 'Medium',
    weight: 6,
    alerts: ['spray', 'unfamiliar', 'impossibleTravel'],
    tags: ['Identity'],
    determination: 'CompromisedUser',
  },
  {
    name: 'Suspected DCSync attack from {device}',
    severity: 'High',
    weight: 1,
    alerts: ['dcsync', 'groupChange', 'lateral'],
    tags: ['Tier 0', 'Identity'],
    determination: 'MaliciousUserActivity',
  },
  {
    name: 'Multi-stage incident involving Execution & Persistence on one endpoint',
    severity: 'Medium',
    weight: 8,
    alerts: ['powershell', 'runKey', 'beacon'],
    tags: [],
    determination: 'Malware',
  },
  {
    name: 'Mass download by {user}',
    severity: 'Low',
    weight: 5,
    alerts: ['download', 'impossibleTravel'],
    tags: ['Insider'],
    determination: 'LineOfBusinessApplication',
  },
  {
    name: "'PUADlManager' unwanted software was detected on {device}",
    severity: 'Informational',
    weight: 9,
    alerts: ['unwanted'],
    tags: [],
    determination: 'UnwantedSoftware',
  },
  {
    name: "'Emotet' malware was prevented on {device}",
    severity: 'Informational',
    weight: 6,
    alerts: ['malware', 'powershell'],
    tags: [],
    determination: 'Malware',
  },
  {
    name: 'Suspicious additions to sensitive groups by {user}',
    severity: 'Medium',
    weight: 3,
    alerts: ['groupChange'],
    tags: ['Identity'],
    determination: 'ConfirmedUserActivity',
  },
];
