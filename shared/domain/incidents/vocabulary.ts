import { readText } from '../values/read-value.ts';
import { rememberTexts } from '../values/remember-texts.ts';

/** Words of Graph's v1.0 metadata (enums of `microsoft.graph.security`), and the older spellings that mean the same. */
const STATUSES = vocabulary([
  ['unknown'],
  ['new'],
  ['active'],
  ['inProgress'],
  ['resolved'],
  ['redirected'],
  ['awaitingAction'],
]);
const SEVERITY_WORDS = vocabulary([['unknown', 'UnSpecified'], ['informational'], ['low'], ['medium'], ['high']]);
const CLASSIFICATIONS = vocabulary([
  ['unknown'],
  ['truePositive'],
  ['falsePositive'],
  ['informationalExpectedActivity'],
]);
const DETERMINATIONS = vocabulary([
  ['unknown', 'NotAvailable'],
  ['apt'],
  ['malware'],
  ['securityPersonnel'],
  ['securityTesting'],
  ['unwantedSoftware'],
  ['other'],
  ['multiStagedAttack'],
  ['compromisedAccount', 'CompromisedUser'],
  ['phishing'],
  ['maliciousUserActivity'],
  ['notMalicious', 'Clean'],
  ['notEnoughDataToValidate', 'NoEnoughDataToValidate', 'InsufficientData'],
  ['confirmedActivity', 'ConfirmedUserActivity'],
  ['lineOfBusinessApplication'],
]);
const SERVICE_SOURCES = vocabulary([
  ['microsoftDefenderForEndpoint', 'MicrosoftDefenderATP'],
  ['microsoftDefenderForCloudApps', 'MicrosoftCloudAppSecurity'],
  ['microsoftDefenderForOffice365', 'OfficeATP'],
  ['azureAdIdentityProtection', 'AADIdentityProtection'],
  ['microsoftAppGovernance', 'MicrosoftApplicationProtection'],
]);
const DETECTION_SOURCES = vocabulary([
  ['microsoftDefenderForEndpoint', 'WindowsDefenderAtp'],
  ['antivirus', 'WindowsDefenderAv'],
  ['microsoftDefenderForOffice365', 'OfficeATP'],
  ['azureAdIdentityProtection', 'AAD', 'AadIdentityProtection'],
  ['cloudAppSecurity', 'MCAS'],
  ['appGovernancePolicy', 'AppGPolicy'],
  ['appGovernanceDetection', 'AppGDetection'],
  ['customTi', 'CustomerTI'],
]);

/** Incident and alert status; one that the source left out is `unknown` and so stays in the open list. */
export const toStatus = (value: unknown): string => STATUSES(value) ?? 'unknown';
export const toSeverity = (value: unknown): string => SEVERITY_WORDS(value) ?? 'unknown';
export const toClassification = CLASSIFICATIONS;
export const toDetermination = DETERMINATIONS;
export const toServiceSource = SERVICE_SOURCES;
export const toDetectionSource = DETECTION_SOURCES;

/** A word of an open set, in camelCase. */
export const toOpenWord = vocabulary([]);

type Vocabulary = (value: unknown) => string | null;

function vocabulary(entries: readonly (readonly [string, ...string[]])[]): Vocabulary {
  const words = new Map(
    entries.flatMap(([word, ...aliases]) => [word, ...aliases].map((spelling) => [normalize(spelling), word])),
  );
  const toWord = rememberTexts((text) => words.get(normalize(text)) ?? toCamelCase(text));
  return (value) => {
    const text = readText(value);
    return text === null ? null : toWord(text);
  };
}

/** `In Progress`, `inProgress` and `INPROGRESS` are one word. */
function normalize(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `MicrosoftDefenderATP` → `microsoftDefenderATP`, `MCAS` → `mcas`, `Informational, expected` → `informationalExpected`. */
export function toCamelCase(text: string): string {
  if (/^[a-z][A-Za-z0-9]*$/.test(text)) return text;
  const [first, ...rest] = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  if (first === undefined) return text;
  const start = first.replace(/^(?:\p{Lu}+(?=\p{Lu}\p{Ll}|[^\p{L}]|$)|\p{Lu})/u, (capitals) => capitals.toLowerCase());
  return start + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
