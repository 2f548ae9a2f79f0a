/** What only Graph says of an incident; it stays in the source JSON. */
export const INCIDENT_ONLY_IN_GRAPH = [
  'description',
  'incidentWebUrl',
  'lastModifiedBy',
  'priorityScore',
  'resolvingComment',
  'summary',
  'systemTags',
  'tenantId',
] as const;

/** What only Graph says of an alert; it stays in the source JSON. */
export const ALERT_ONLY_IN_GRAPH = [
  'additionalData',
  'alertPolicyId',
  'alertWebUrl',
  'categories',
  'comments',
  'customDetails',
  'incidentWebUrl',
  'productName',
  'recommendedActions',
  'systemTags',
  'tenantId',
  'threatDisplayName',
] as const;

/** What only the Defender API says; it stays in the source JSON. */
export const ONLY_IN_DEFENDER = ['alert: investigationId', 'device: osProcessor'] as const;

const ACCOUNT = ['userAccount'];

/** By an entity's type in the row: fields that it has when Graph has told it; `*` for every type. */
export const ENTITY_ONLY_IN_GRAPH: Readonly<Record<string, readonly string[]>> = {
  '*': ['detailedRoles', 'roles', 'tags'],
  user: ACCOUNT,
  ip: ['countryLetterCode', 'location', 'stream'],
  file: ['fileDetails'],
  process: ['imageFile', 'parentProcessImageFile', ...ACCOUNT],
  mailBox: ACCOUNT,
  mailMessage: [
    'antiSpamDirection',
    'attachmentsCount',
    'deliveryLocation',
    'language',
    'networkMessageId',
    'p1Sender',
    'p2Sender',
    'receivedDateTime',
    'senderIp',
    'threatDetectionMethods',
    'threats',
    'urlCount',
    'urls',
    'urn',
  ],
  mailCluster: ['networkMessageIds', 'query', 'urn'],
  securityGroup: ['activeDirectoryObjectGuid', 'distinguishedName', 'friendlyName', 'securityGroupSid'],
  oAuthApplication: ['objectId', 'publisher'],
  kubernetesController: ['controllerType'],
};
