/** Words of the Defender API that are not simply Graph's with a capital. */
const OTHER_WORDS = new Map([
  ['UnSpecified', 'unknown'],
  ['NotAvailable', 'unknown'],
  ['CompromisedUser', 'compromisedAccount'],
  ['Clean', 'notMalicious'],
  ['InsufficientData', 'notEnoughDataToValidate'],
  ['ConfirmedUserActivity', 'confirmedActivity'],
  ['MicrosoftDefenderATP', 'microsoftDefenderForEndpoint'],
  ['OfficeATP', 'microsoftDefenderForOffice365'],
  ['MicrosoftCloudAppSecurity', 'microsoftDefenderForCloudApps'],
  ['AADIdentityProtection', 'azureAdIdentityProtection'],
  ['MicrosoftApplicationProtection', 'microsoftAppGovernance'],
  ['WindowsDefenderAtp', 'microsoftDefenderForEndpoint'],
  ['WindowsDefenderAv', 'antivirus'],
  ['AadIdentityProtection', 'azureAdIdentityProtection'],
  ['MCAS', 'cloudAppSecurity'],
]);

/** Members that their enumerations got after `unknownFutureValue`: who does not ask for them gets that instead. */
const LATE_WORDS = new Set([
  'awaitingAction',
  'microsoftDefenderForCloud',
  'microsoftSentinel',
  'microsoftInsiderRiskManagement',
  'microsoftThreatIntelligence',
  'microsoftSecurityForAI',
]);

export type WordWriter = (word: string | null) => string | null;

export function createWordWriter(hasLateWords: boolean): WordWriter {
  return (word) => {
    const graph = word === null ? null : toGraphWord(word);
    return graph !== null && !hasLateWords && LATE_WORDS.has(graph) ? 'unknownFutureValue' : graph;
  };
}

export function toGraphWord(word: string): string {
  return OTHER_WORDS.get(word) ?? word.charAt(0).toLowerCase() + word.slice(1);
}
