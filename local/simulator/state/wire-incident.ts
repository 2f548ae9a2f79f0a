/** The 30 keys that every entity has, in the order of Microsoft's sample; what does not apply is null. */
const ENTITY_KEYS = [
  'sha1',
  'sha256',
  'fileName',
  'filePath',
  'processId',
  'processCommandLine',
  'processCreationTime',
  'parentProcessId',
  'parentProcessCreationTime',
  'ipAddress',
  'url',
  'accountName',
  'domainName',
  'userSid',
  'aadUserId',
  'userPrincipalName',
  'mailboxDisplayName',
  'mailboxAddress',
  'clusterBy',
  'sender',
  'recipient',
  'subject',
  'deliveryAction',
  'securityGroupId',
  'securityGroupName',
  'registryHive',
  'registryKey',
  'registryValueType',
  'registryValue',
  'deviceId',
] as const;

type EntityValues = Record<(typeof ENTITY_KEYS)[number], string | number | null>;
/** Beside the 30 keys newer answers have a verdict, on some. */
type Judged = { entityType: string; verdict?: string };
export type WireEntity = Judged & EntityValues;
/** Two that the sample does not have. */
type LaterValues = { md5?: string; networkMessageId?: string };
export type EntityInput = Judged & Partial<EntityValues> & LaterValues;

export interface WireDevice {
  mdatpDeviceId: string;
  aadDeviceId: string | null;
  deviceDnsName: string;
  osPlatform: string;
  version: string;
  osProcessor: string;
  osBuild: number;
  healthStatus: string;
  riskScore: string;
  rbacGroupName: string | null;
  rbacGroupId: number;
  firstSeen: string;
}

export interface WireComment {
  comment: string;
  createdBy: string;
  createdTime: string;
}

/** An alert without `incidentId`, which is written when the JSON is built: alerts move between incidents. */
export interface WireAlert {
  alertId: string;
  serviceSource: string;
  creationTime: string;
  lastUpdatedTime: string;
  resolvedTime: string | null;
  firstActivity: string;
  lastActivity: string;
  title: string;
  description: string;
  category: string;
  status: string;
  severity: string;
  investigationId: number | null;
  investigationState: string;
  classification: string | null;
  determination: string | null;
  detectionSource: string;
  assignedTo: string | null;
  actorName: string | null;
  threatFamilyName: string | null;
  mitreTechniques: string[];
  devices: WireDevice[];
  /** Kept as given; the null keys are written with the JSON, because they are most of it. */
  entities: EntityInput[];
}

export type AlertInput = Partial<Omit<WireAlert, 'devices'>> & {
  devices?: (Partial<WireDevice> & Pick<WireDevice, 'deviceDnsName'>)[];
};

/** What an incident says beside its id and times. */
export interface IncidentFields {
  /** Digits. */
  redirectIncidentId: string | null;
  incidentName: string;
  assignedTo: string | null;
  classification: string;
  determination: string;
  status: string;
  severity: string;
  tags: string[];
  comments: WireComment[];
}

const NO_ENTITY_VALUES = readEntityValues(Object.fromEntries(ENTITY_KEYS.map((key) => [key, null])));

function readEntityValues(values: object): EntityValues {
  return values as EntityValues;
}

/** Fills what the input leaves out with null, as the service does. */
export function toWireEntity(input: EntityInput): WireEntity {
  const { entityType, ...values } = input;
  return { entityType, ...NO_ENTITY_VALUES, ...values };
}
