import { describe, expect, test } from '@jest/globals';
import {
  toCamelCase,
  toClassification,
  toDetectionSource,
  toDetermination,
  toServiceSource,
  toSeverity,
  toStatus,
} from '../../../shared/domain/incidents/vocabulary.ts';

describe('the vocabulary', () => {
  test.each([
    ['Active', 'active'],
    ['InProgress', 'inProgress'],
    ['in progress', 'inProgress'],
    ['Resolved', 'resolved'],
    ['REDIRECTED', 'redirected'],
    ['New', 'new'],
    ['AwaitingAction', 'awaitingAction'],
    ['SomethingElse', 'somethingElse'],
    [null, 'unknown'],
    [{}, 'unknown'],
    ['', 'unknown'],
  ])('reads status %j as %s', (value, word) => {
    expect(toStatus(value)).toBe(word);
  });

  test.each([
    ['UnSpecified', 'unknown'],
    ['Informational', 'informational'],
    ['High', 'high'],
    [undefined, 'unknown'],
  ])('reads severity %j as %s', (value, word) => {
    expect(toSeverity(value)).toBe(word);
  });

  test.each([
    ['Unknown', 'unknown'],
    ['TruePositive', 'truePositive'],
    ['FalsePositive', 'falsePositive'],
    ['InformationalExpectedActivity', 'informationalExpectedActivity'],
    ['Informational, expected activity', 'informationalExpectedActivity'],
    [null, null],
  ])('reads classification %j as %s', (value, word) => {
    expect(toClassification(value)).toBe(word);
  });

  test.each([
    ['NotAvailable', 'unknown'],
    ['CompromisedUser', 'compromisedAccount'],
    ['CompromisedAccount', 'compromisedAccount'],
    ['Clean', 'notMalicious'],
    ['NotMalicious', 'notMalicious'],
    ['InsufficientData', 'notEnoughDataToValidate'],
    ['NoEnoughDataToValidate', 'notEnoughDataToValidate'],
    ['NotEnoughDataToValidate', 'notEnoughDataToValidate'],
    ['ConfirmedUserActivity', 'confirmedActivity'],
    ['ConfirmedActivity', 'confirmedActivity'],
    ['MultiStagedAttack', 'multiStagedAttack'],
    ['LineOfBusinessApplication', 'lineOfBusinessApplication'],
    ['Apt', 'apt'],
    ['SecurityPersonnel', 'securityPersonnel'],
  ])('reads determination %s as %s', (value, word) => {
    expect(toDetermination(value)).toBe(word);
  });

  test.each([
    ['MicrosoftDefenderATP', 'microsoftDefenderForEndpoint'],
    ['MicrosoftDefenderForEndpoint', 'microsoftDefenderForEndpoint'],
    ['MicrosoftCloudAppSecurity', 'microsoftDefenderForCloudApps'],
    ['OfficeATP', 'microsoftDefenderForOffice365'],
    ['MicrosoftDefenderForCloud', 'microsoftDefenderForCloud'],
    ['AADIdentityProtection', 'azureAdIdentityProtection'],
    ['azureAdIdentityProtection', 'azureAdIdentityProtection'],
    ['MicrosoftApplicationProtection', 'microsoftAppGovernance'],
    ['constructor', 'constructor'],
  ])('reads service source %s as %s', (value, word) => {
    expect(toServiceSource(value)).toBe(word);
  });

  test.each([
    ['WindowsDefenderAtp', 'microsoftDefenderForEndpoint'],
    ['microsoftDefenderForEndpoint', 'microsoftDefenderForEndpoint'],
    ['WindowsDefenderAv', 'antivirus'],
    ['OfficeATP', 'microsoftDefenderForOffice365'],
    ['AAD', 'azureAdIdentityProtection'],
    ['AadIdentityProtection', 'azureAdIdentityProtection'],
    ['MCAS', 'cloudAppSecurity'],
    ['AppGPolicy', 'appGovernancePolicy'],
    ['AppGDetection', 'appGovernanceDetection'],
    ['CustomerTI', 'customTi'],
    ['AutomatedInvestigation', 'automatedInvestigation'],
    ['SomethingElse', 'somethingElse'],
    [null, null],
  ])('reads detection source %j as %j', (value, word) => {
    expect(toDetectionSource(value)).toBe(word);
  });
});

test.each([
  ['MCAS', 'mcas'],
  ['OSPlatform', 'osPlatform'],
  ['WindowsDefenderAv', 'windowsDefenderAv'],
  ['@odata.type', 'odataType'],
  ['Ünlü Ad', 'ünlüAd'],
  ['???', '???'],
])('toCamelCase() makes %s %s', (text, camel) => {
  expect(toCamelCase(text)).toBe(camel);
});
