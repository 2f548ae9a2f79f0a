import type { Entity } from '../../../shared/domain/incidents/incident.ts';
import { readEvidence } from '../../../shared/domain/observables/read-evidence.ts';
import type { JsonValue } from '../../../shared/domain/values/json-value.ts';
import { label } from '../model/describe-change.ts';
import { toSearchText } from '../model/search-text.ts';
import type { Value } from './value.ts';

/** The names of devices by their ids, which is all that an entity says of its device. */
export type DeviceNames = ReadonlyMap<string, string>;

export interface EvidenceColumn {
  title: string;
  read(entity: Entity, devices: DeviceNames): (Value | undefined)[];
}

/** What analysts look at in one kind of evidence. */
export interface EvidenceKind {
  title: string;
  /** In lower case; Graph has more types than the Defender API. */
  types: readonly string[];
  columns: readonly EvidenceColumn[];
}

interface Options extends Omit<Value, 'text' | 'search'> {
  /** Is looked for at all customers if the index has it. */
  isSought?: boolean;
}

type Fields = Readonly<Record<string, JsonValue>>;

/** The first of these fields that the entity has. */
function field(entity: Entity, names: string, options: Options = {}): Value | undefined {
  for (const name of names.split(' ')) {
    const text = toText(entity[name]);
    // A value alone may be of any kind: beside its algorithm it is a hash.
    const beside = name === 'value' ? { algorithm: entity['algorithm'] ?? null } : {};
    if (text !== '') return toValue(text, options, entity.type, { ...beside, [name]: entity[name] ?? null });
  }
  return undefined;
}

function toValue(text: string, { isSought = false, ...options }: Options, type: string, fields: Fields): Value {
  const search = isSought ? searchTextOf(type, fields) : undefined;
  return { text, ...options, ...(search !== undefined && { search }) };
}

/** As the index reads these fields; `undefined` where it has nothing, or several values, by them. */
function searchTextOf(type: string, fields: Fields): string | undefined {
  if (Object.values(fields).some((value) => Array.isArray(value) && value.length > 1)) return undefined;
  const [first, ...others] = readEvidence(type, fields).values;
  if (first === undefined) return undefined;
  const [, value] = first;
  return toSearchText(
    [first, ...others].flatMap(([kind, other]) => (other === value ? [kind] : [])),
    value,
  );
}

function toText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(toText).filter(Boolean).join(', ') : '';
}

const SOUGHT = { isSought: true } as const;
const PLAIN = { isPlain: true } as const;
const DANGEROUS = { isSought: true, isDangerous: true } as const;
const HASHES = 'sha256 sha1 md5 value';

const words = (value: Value | undefined): Value | undefined =>
  value && { ...value, text: label(value.text), isPlain: true };

function account(entity: Entity): Value | undefined {
  const [domain, name] = [toText(entity['domainName']), toText(entity['accountName'])];
  const text = domain === '' ? name : `${domain}\\${name}`;
  const fields = { domainName: domain, accountName: name };
  const plain = name === '' ? undefined : toValue(text, SOUGHT, entity.type, fields);
  return field(entity, 'userPrincipalName upn', SOUGHT) ?? plain ?? field(entity, 'securityGroupName login', SOUGHT);
}

function device(entity: Entity, devices: DeviceNames): Value | undefined {
  const id = toText(entity['deviceId']);
  const name = devices.get(id) ?? toText(entity['deviceName']);
  const text = name === '' ? id : name;
  return text === '' ? undefined : toValue(text, { ...SOUGHT, prefix: 'on' }, 'device', { deviceName: text });
}

function keyOfRegistry(entity: Entity): Value | undefined {
  const [registryHive, registryKey] = [toText(entity['registryHive']), toText(entity['registryKey'])];
  const text = [registryHive, registryKey].filter(Boolean).join('\\');
  return text === '' ? undefined : toValue(text, SOUGHT, entity.type, { registryHive, registryKey });
}

/** Facts of the entity that have no column of their own. */
const KNOWN = new Set(['type', 'verdict', 'remediationStatus', 'detectionStatus', 'evidenceCreationTime', 'deviceId']);
const MOST_FACTS = 8;

function facts(entity: Entity): Value[] {
  const known = Object.entries(entity).filter(([name]) => !KNOWN.has(name));
  return known.flatMap(([name, value]) => toFacts([entity.type, name], value)).slice(0, MOST_FACTS);
}

/** What an entity holds is told too, but not what that holds. */
function toFacts([type, name]: readonly [type: string, name: string], value: JsonValue, outer = ''): Value[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return outer === '' ? Object.entries(value).flatMap(([inner, one]) => toFacts([name, inner], one, `${name} `)) : [];
  const text = toText(value);
  const options = { ...SOUGHT, prefix: `${label(outer + name)}:` };
  return text === '' ? [] : [toValue(text, options, type, { [name]: value })];
}

/** In the order in which an attack is usually looked at; every other type is shown with all that is known of it. */
export const EVIDENCE_KINDS: readonly EvidenceKind[] = [
  {
    title: 'Processes',
    types: ['process'],
    columns: [
      {
        title: 'Process',
        read: (one, devices) => [
          field(one, 'fileName', SOUGHT),
          field(one, 'filePath'),
          field(one, 'processId', { ...PLAIN, prefix: 'pid' }),
          device(one, devices),
        ],
      },
      { title: 'Command line', read: (one) => [field(one, 'processCommandLine')] },
      {
        title: 'Started by',
        read: (one) => [
          field(one, 'parentProcessFileName', SOUGHT),
          field(one, 'parentProcessId', { ...PLAIN, prefix: 'pid' }),
          account(one),
        ],
      },
      { title: 'Hash', read: (one) => [field(one, HASHES, SOUGHT)] },
    ],
  },
  {
    title: 'Files',
    types: ['file', 'filehash'],
    columns: [
      {
        title: 'File',
        read: (one, devices) => [field(one, 'fileName', SOUGHT), field(one, 'filePath'), device(one, devices)],
      },
      { title: 'Hash', read: (one) => [field(one, HASHES, SOUGHT)] },
    ],
  },
  {
    title: 'Messages',
    types: ['mailmessage', 'submissionmail', 'teamsmessage'],
    columns: [
      {
        title: 'From → to',
        read: (one) => [
          field(one, 'sender senderFromAddress p2SenderAddress p1SenderAddress', DANGEROUS),
          field(one, 'recipient recipientEmailAddress recipients userPrincipalName', { ...SOUGHT, prefix: '→' }),
          field(one, 'senderIp senderIP', { ...DANGEROUS, prefix: 'by' }),
        ],
      },
      {
        title: 'Subject',
        read: (one) => [
          field(one, 'subject', SOUGHT),
          field(one, 'networkMessageId internetMessageId', { ...SOUGHT, prefix: 'id' }),
        ],
      },
      {
        title: 'Delivery',
        read: (one) => [
          words(field(one, 'deliveryAction')),
          words(field(one, 'deliveryLocation latestDeliveryLocation')),
          words(field(one, 'reportType', { prefix: 'reported as' })),
        ],
      },
    ],
  },
  { title: 'URLs', types: ['url'], columns: [{ title: 'URL', read: (one) => [field(one, 'url', DANGEROUS)] }] },
  {
    title: 'Addresses and domains',
    types: ['ip', 'dns'],
    columns: [
      {
        title: 'Address',
        read: (one) => [field(one, 'ipAddress', DANGEROUS), field(one, 'domainName', DANGEROUS)],
      },
      { title: 'Country', read: (one) => [field(one, 'countryLetterCode', PLAIN)] },
    ],
  },
  {
    title: 'Registry',
    types: ['registry', 'registrykey', 'registryvalue'],
    columns: [
      { title: 'Key', read: (one, devices) => [keyOfRegistry(one), device(one, devices)] },
      {
        title: 'Value',
        read: (one) => [
          field(one, 'registryValueName', { prefix: 'name' }),
          field(one, 'registryValue'),
          field(one, 'registryValueType', { ...PLAIN, prefix: 'type' }),
        ],
      },
    ],
  },
  {
    title: 'Mailboxes',
    types: ['mailbox', 'mailboxconfiguration'],
    columns: [
      {
        title: 'Mailbox',
        read: (one) => [
          field(one, 'mailboxAddress mailboxPrimaryAddress', SOUGHT),
          field(one, 'mailboxDisplayName') ?? field(one, 'upn'),
        ],
      },
      {
        title: 'Configuration',
        read: (one) => [words(field(one, 'configurationType')), field(one, 'displayName configurationId')],
      },
    ],
  },
  {
    title: 'Mail clusters',
    types: ['mailcluster'],
    columns: [
      { title: 'Grouped by', read: (one) => [field(one, 'clusterBy'), field(one, 'clusterByValue')] },
      { title: 'Mails', read: (one) => [field(one, 'emailCount', PLAIN)] },
    ],
  },
  {
    title: 'Accounts',
    types: ['user', 'securitygroup'],
    columns: [
      { title: 'Account', read: (one) => [account(one)] },
      {
        title: 'Ids',
        read: (one) => [
          field(one, 'aadUserId securityGroupId', SOUGHT),
          field(one, 'userSid securityGroupSid', { ...SOUGHT, prefix: 'SID' }),
        ],
      },
    ],
  },
  {
    title: 'Apps',
    types: ['oauthapplication', 'cloudapplication', 'serviceprincipal', 'aiagent'],
    columns: [
      {
        title: 'App',
        read: (one) => [field(one, 'applicationName displayName servicePrincipalName agentName', SOUGHT)],
      },
      { title: 'Id', read: (one) => [field(one, 'applicationId appId agentId', SOUGHT)] },
    ],
  },
  {
    title: 'Cloud resources',
    types: ['azureresource', 'amazonresource', 'googlecloudresource', 'blob', 'blobcontainer', 'storageaccount'],
    columns: [
      {
        title: 'Resource',
        read: (one) => [
          field(one, 'resourceName amazonResourceId fullResourceName name', SOUGHT),
          words(field(one, 'resourceType')),
        ],
      },
      { title: 'Id', read: (one) => [field(one, 'resourceId url', SOUGHT), field(one, 'amazonAccountId projectId')] },
    ],
  },
];

export const OTHER_EVIDENCE: EvidenceKind = {
  title: 'Other evidence',
  types: [],
  columns: [
    { title: 'Kind', read: ({ type }) => [{ text: label(type), ...PLAIN }] },
    { title: 'What is known', read: facts },
  ],
};
