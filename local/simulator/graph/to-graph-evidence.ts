import type { EntityInput, WireDevice } from '../state/wire-incident.ts';
import { toGraphWord } from './graph-words.ts';

type Fields = Record<string, unknown>;

/** An entity of the Defender API as evidence of Graph. */
export function toGraphEvidence({ entityType, verdict, ...entity }: EntityInput): Fields {
  const build = BUILDERS[entityType];
  const evidence =
    build === undefined ? toEvidence(entityType.charAt(0).toLowerCase() + entityType.slice(1), entity) : build(entity);
  return verdict === undefined ? evidence : { ...evidence, verdict: toGraphWord(verdict) };
}

export function toGraphDevice(device: WireDevice): Fields {
  const { mdatpDeviceId, aadDeviceId, deviceDnsName, osPlatform, version, osBuild, healthStatus, riskScore } = device;
  return toEvidence('device', {
    mdeDeviceId: mdatpDeviceId,
    azureAdDeviceId: aadDeviceId,
    deviceDnsName,
    hostName: deviceDnsName.split('.')[0] ?? null,
    osPlatform,
    osBuild,
    version,
    healthStatus: toGraphWord(healthStatus),
    riskScore: toGraphWord(riskScore),
    rbacGroupId: device.rbacGroupId,
    rbacGroupName: device.rbacGroupName,
    firstSeenDateTime: device.firstSeen,
    ipInterfaces: [],
    loggedOnUsers: [],
  });
}

/** What every piece of evidence has; a verdict only where the simulated Defender API sends one. */
function toEvidence(type: string, fields: Fields): Fields {
  return {
    '@odata.type': `#microsoft.graph.security.${type}Evidence`,
    createdDateTime: null,
    verdict: null,
    remediationStatus: null,
    remediationStatusDetails: null,
    roles: [],
    detailedRoles: [],
    tags: [],
    ...fields,
  };
}

type Entity = Omit<EntityInput, 'entityType'>;
type Builder = (entity: Entity) => Fields;

const given = (value: string | number | null | undefined): string | number | null => value ?? null;

function accountOf(entity: Entity): Fields {
  return {
    accountName: given(entity.accountName),
    domainName: given(entity.domainName),
    userSid: given(entity.userSid),
    azureAdUserId: given(entity.aadUserId),
    userPrincipalName: given(entity.userPrincipalName),
    displayName: null,
    resourceAccessEvents: [],
  };
}

function fileOf({ sha1, sha256, md5, fileName, filePath }: Entity): Fields {
  return {
    sha1: given(sha1),
    sha256: given(sha256),
    md5: given(md5),
    fileName: given(fileName),
    filePath: given(filePath),
    fileSize: null,
  };
}

const BUILDERS: Readonly<Record<string, Builder>> = {
  User: (entity) => toEvidence('user', { userAccount: accountOf(entity), stream: null }),
  Ip: ({ ipAddress }) => toEvidence('ip', { ipAddress: given(ipAddress), countryLetterCode: null }),
  Url: ({ url }) => toEvidence('url', { url: given(url) }),
  File: (entity) =>
    toEvidence('file', { fileDetails: fileOf(entity), mdeDeviceId: given(entity.deviceId), detectionStatus: null }),
  Process: (entity) =>
    toEvidence('process', {
      imageFile: fileOf(entity),
      parentProcessImageFile: null,
      processId: given(entity.processId),
      processCommandLine: given(entity.processCommandLine),
      processCreationDateTime: given(entity.processCreationTime),
      parentProcessId: given(entity.parentProcessId),
      parentProcessCreationDateTime: given(entity.parentProcessCreationTime),
      userAccount: accountOf(entity),
      mdeDeviceId: given(entity.deviceId),
      detectionStatus: null,
    }),
  MailBox: (entity) =>
    toEvidence('mailbox', {
      primaryAddress: given(entity.mailboxAddress),
      displayName: given(entity.mailboxDisplayName),
      upn: given(entity.userPrincipalName),
      userAccount: accountOf(entity),
    }),
  MailMessage: ({ sender, recipient, subject, deliveryAction, networkMessageId, userPrincipalName }) =>
    toEvidence('analyzedMessage', {
      p1Sender: null,
      p2Sender: { emailAddress: given(sender), displayName: null, domainName: null },
      recipientEmailAddress: given(recipient),
      subject: given(subject),
      deliveryAction: given(deliveryAction),
      networkMessageId: given(networkMessageId),
      // Only the simulated Defender API says in whose mailbox it lies.
      userPrincipalName: given(userPrincipalName),
    }),
  MailCluster: ({ clusterBy }) => toEvidence('mailCluster', { clusterBy: given(clusterBy) }),
  Registry: ({ registryHive, registryKey, registryValue, registryValueType, deviceId }) =>
    toEvidence('registryValue', {
      registryHive: given(registryHive),
      registryKey: given(registryKey),
      registryValue: given(registryValue),
      registryValueName: null,
      registryValueType: given(registryValueType),
      mdeDeviceId: given(deviceId),
    }),
  SecurityGroup: ({ securityGroupId, securityGroupName }) =>
    toEvidence('securityGroup', {
      securityGroupId: given(securityGroupId),
      displayName: given(securityGroupName),
      sid: null,
    }),
};
