/** Graph's name of a field → the Defender API's; a dot leads into an object. What is not named here has one name in both. */
export type FieldNames = Readonly<Record<string, string>>;

export interface EvidenceNames {
  /** `entityType` in the Defender API. */
  entityType: string;
  fields: FieldNames;
}

export const INCIDENT_FIELDS: FieldNames = {
  id: 'incidentId',
  displayName: 'incidentName',
  createdDateTime: 'createdTime',
  lastUpdateDateTime: 'lastUpdateTime',
  customTags: 'tags',
};

export const COMMENT_FIELDS: FieldNames = { createdByDisplayName: 'createdBy', createdDateTime: 'createdTime' };

export const ALERT_FIELDS: FieldNames = {
  id: 'alertId',
  createdDateTime: 'creationTime',
  lastUpdateDateTime: 'lastUpdatedTime',
  firstActivityDateTime: 'firstActivity',
  lastActivityDateTime: 'lastActivity',
  resolvedDateTime: 'resolvedTime',
};

/** A device is evidence in Graph and has a separate list in the Defender API. */
export const DEVICE_FIELDS: FieldNames = {
  mdeDeviceId: 'mdatpDeviceId',
  azureAdDeviceId: 'aadDeviceId',
};

/** What every piece of evidence has. */
export const EVIDENCE_FIELDS: FieldNames = { createdDateTime: 'evidenceCreationTime' };

const ACCOUNT: FieldNames = {
  'userAccount.accountName': 'accountName',
  'userAccount.domainName': 'domainName',
  'userAccount.userSid': 'userSid',
  'userAccount.azureAdUserId': 'aadUserId',
  'userAccount.userPrincipalName': 'userPrincipalName',
};

/**
 * Evidence that the Defender API calls otherwise, by Graph's type without `Evidence`; of two fields with one name there the first
 * that has a value counts. All other types have Graph's name, as nothing public shows another.
 */
export const EVIDENCE_TYPES: Readonly<Record<string, EvidenceNames>> = {
  user: { entityType: 'User', fields: ACCOUNT },
  ip: { entityType: 'Ip', fields: {} },
  url: { entityType: 'Url', fields: {} },
  file: { entityType: 'File', fields: { ...fileFields('fileDetails'), mdeDeviceId: 'deviceId' } },
  process: {
    entityType: 'Process',
    fields: {
      ...fileFields('imageFile'),
      'parentProcessImageFile.fileName': 'parentProcessFileName',
      'parentProcessImageFile.filePath': 'parentProcessFilePath',
      processCreationDateTime: 'processCreationTime',
      parentProcessCreationDateTime: 'parentProcessCreationTime',
      mdeDeviceId: 'deviceId',
      ...ACCOUNT,
    },
  },
  mailbox: {
    entityType: 'MailBox',
    fields: {
      primaryAddress: 'mailboxAddress',
      displayName: 'mailboxDisplayName',
      upn: 'userPrincipalName',
      ...ACCOUNT,
    },
  },
  analyzedMessage: {
    entityType: 'MailMessage',
    // The sender that a reader sees; the other one is that of the envelope.
    fields: {
      'p2Sender.emailAddress': 'sender',
      'p1Sender.emailAddress': 'sender',
      recipientEmailAddress: 'recipient',
    },
  },
  mailCluster: { entityType: 'MailCluster', fields: {} },
  registryKey: { entityType: 'Registry', fields: {} },
  registryValue: { entityType: 'Registry', fields: { mdeDeviceId: 'deviceId' } },
  // A group's SID is no person's.
  securityGroup: { entityType: 'SecurityGroup', fields: { displayName: 'securityGroupName', sid: 'securityGroupSid' } },
  // `type` is what an entity is.
  kubernetesController: { entityType: 'kubernetesController', fields: { type: 'controllerType' } },
  oauthApplication: {
    entityType: 'OAuthApplication',
    fields: { appId: 'applicationId', displayName: 'applicationName' },
  },
};

/** Fields of evidence whose words the Defender API writes with a capital. */
export const CAPITALISED_WORDS: readonly string[] = ['remediationStatus', 'detectionStatus'];

/** Evidence inside other evidence whose type its field does not say. */
export const OF_ANY_TYPE: readonly string[] = ['cloudResource'];

function fileFields(place: string): FieldNames {
  return Object.fromEntries(['sha1', 'sha256', 'fileName', 'filePath'].map((name) => [`${place}.${name}`, name]));
}
