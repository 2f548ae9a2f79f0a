import {
  again,
  alertJson,
  deviceJson,
  entityJson,
  STORED,
  stored,
  withAlert,
  withKeys,
  type IncidentPayload,
} from './payload.ts';
import type { Keys } from './wire.ts';

const MIB = 1_048_576;
const LONGEST_LINE = 4_096;
const MARK = '\ufffd';

const list = (count: number, entry: (number: number) => string): string =>
  `[${Array.from({ length: count }, (_, number) => entry(number)).join(',')}]`;
const nested = (levels: number, open = '[', close = ']'): string => open.repeat(levels) + close.repeat(levels);
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const manyKeys = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => `"field${number}":${number}`);

const withEntity = (name: string, keys: Keys, ...extra: string[]): IncidentPayload =>
  withAlert(`entity: ${name}`, { kind: 'stored', alerts: 1 }, { entities: `[${entityJson('File', keys, ...extra)}]` });

const TEXTS: readonly (readonly [string, string, string])[] = [
  ['half a surrogate pair', 'half \ud83d pair', `half ${MARK} pair`],
  ['a NUL', 'a\u0000b', `a${MARK}b`],
  ['a terminal’s colours', '\u001b[31mred', `${MARK}[31mred`],
  ['a formula', '=HYPERLINK("http://x.example")', '=HYPERLINK("http://x.example")'],
  ['a script', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['a line separator', 'a\u2028b', 'a\u2028b'],
  ['a byte order mark', '\ufeffname', '\ufeffname'],
  ['characters outside of Unicode’s use', 'a\uffff\ufffe', 'a\uffff\ufffe'],
  ['a thousand accents', `e${'\u0301'.repeat(1_000)}`, `e${'\u0301'.repeat(1_000)}`],
];

export const ODD_TEXTS: readonly IncidentPayload[] = TEXTS.flatMap(([name, sent, kept]) => [
  withKeys(`name: ${name}`, stored({ name: kept }), { incidentName: JSON.stringify(sent) }),
  withKeys(`tag: ${name}`, stored({ tags: [kept] }), { tags: JSON.stringify([sent]) }),
]);

/** What is larger than a row, a transaction or a call stack; these also run on the storage emulator. */
export const BIG_CONTENT: readonly IncidentPayload[] = [
  withKeys('size: a title of 1 MiB', stored({ name: 'N'.repeat(LONGEST_LINE) }, ['name']), {
    incidentName: JSON.stringify('N'.repeat(MIB)),
  }),
  withKeys('size: a title of 1 MiB of emoji', stored({ name: '🔥'.repeat(LONGEST_LINE / 2) }, ['name']), {
    incidentName: JSON.stringify('🔥'.repeat(MIB / 4)),
  }),
  withKeys('size: 300 tags', stored({ tags: Array.from({ length: 300 }, (_, number) => `tag ${number}`) }), {
    tags: list(300, (number) => `"tag ${number}"`),
  }),
  withKeys(
    'size: 5,000 tags',
    { kind: 'stored', truncated: ['tags'] },
    { tags: list(5_000, (number) => `"tag ${number}"`) },
  ),
  withKeys(
    'size: a tag of 1 MiB',
    { kind: 'stored', truncated: ['tags'] },
    { tags: JSON.stringify(['t'.repeat(MIB)]) },
  ),
  withKeys(
    'size: 2,000 comments',
    { kind: 'stored', truncated: ['comments'] },
    {
      comments: list(2_000, (number) => `{"comment":"comment ${number}","createdBy":"someone"}`),
    },
  ),
  withKeys(
    'size: 5,000 alerts',
    { kind: 'stored', alerts: 5_000 },
    {
      alerts: list(5_000, (number) => alertJson({ alertId: `"da${number}_1"` })),
    },
  ),
  withKeys(
    'size: 200 alerts of 60 KiB',
    { kind: 'stored', alerts: 200 },
    {
      alerts: list(200, (number) =>
        alertJson({ alertId: `"da${number}_1"`, description: JSON.stringify(String(number).repeat(20_000)) }),
      ),
    },
  ),
  withKeys('size: 300 unknown keys', STORED, {}, ...manyKeys(300)),
  withKeys('size: an unknown key of 1 MiB', STORED, {}, `${JSON.stringify('k'.repeat(MIB))}:1`),
  withAlert('size: an alert of 300 unknown keys', { kind: 'stored', alerts: 1 }, {}, ...manyKeys(300)),
  withAlert(
    'size: a description of 1 MiB',
    { kind: 'stored', alerts: 1 },
    { description: JSON.stringify('d'.repeat(MIB)) },
  ),
  withAlert(
    'size: 10,000 entities',
    { kind: 'stored', alerts: 1 },
    {
      entities: list(10_000, (number) => entityJson('Ip', { ipAddress: `"10.0.0.${number}"` })),
    },
  ),
  withAlert(
    'size: 10,000 devices',
    { kind: 'stored', alerts: 1, truncated: ['devices'] },
    {
      devices: list(10_000, (number) => deviceJson({ deviceDnsName: `"host${number}"` })),
    },
  ),
  withEntity('300 keys', {}, ...manyKeys(300)),
  withEntity('a key of 1 MiB', {}, `${JSON.stringify('k'.repeat(MIB))}:1`),
  withEntity('a value of 1 MiB', { fileName: JSON.stringify('f'.repeat(MIB)) }),
];

export const ODD_SHAPES: readonly IncidentPayload[] = [
  withKeys('shape: tags of 10,000 levels', STORED, { tags: nested(10_000) }),
  withKeys('shape: comments of 10,000 levels', STORED, { comments: nested(10_000) }),
  withKeys('shape: alerts of 10,000 levels', STORED, { alerts: nested(10_000) }),
  withKeys('shape: an unknown key of 10,000 levels', STORED, {}, `"deep":${nestedObjects(10_000)}`),
  withKeys(
    'shape: 10,000 levels and a number beyond 2^53',
    { kind: 'stored', incidentId: '9007199254740993' },
    { incidentId: '9007199254740993' },
    `"deep":${nested(10_000)}`,
  ),
  withAlert('shape: an alert of 10,000 levels', { kind: 'stored', alerts: 1 }, {}, `"deep":${nestedObjects(10_000)}`),
  withEntity('10,000 levels', { deep: nestedObjects(10_000) }),
  withKeys('shape: __proto__ as a key', STORED, {}, '"__proto__":{"status":"Resolved","isAdmin":true}'),
  withKeys('shape: constructor as a key', STORED, {}, '"constructor":{"prototype":{"isAdmin":true}}'),
  withKeys('shape: toString and toJSON as keys', STORED, {}, '"toString":1,"toJSON":2,"valueOf":3,"then":4'),
  withAlert('shape: __proto__ in an alert', { kind: 'stored', alerts: 1 }, {}, '"__proto__":{"severity":"High"}'),
  withEntity('__proto__ as a key', {}, '"__proto__":{"isAdmin":true},"constructor":1,"hasOwnProperty":2'),
  withEntity('our own names as keys', {}, '"type":"x","verdict":{"deep":[]},"Type":"y"'),
  withKeys(
    'shape: the same key twice',
    stored({ name: 'second' }),
    { incidentName: '"first"' },
    again('incidentName', '"second"'),
  ),
  withKeys('shape: two ids', { kind: 'stored', incidentId: '70002' }, {}, again('incidentId', '70002')),
  withKeys('shape: two lists of alerts', { kind: 'stored', alerts: 1 }, { alerts: '[]' }, `"alerts":[${alertJson()}]`),
  withKeys(
    'shape: two alerts of one id',
    { kind: 'stored', alerts: 1 },
    { alerts: `[${alertJson()},${alertJson({ title: '"other"' })}]` },
  ),
  withKeys('shape: a number that no double can hold', STORED, { severity: '1e400', tags: '[1e400,-1e400]' }),
  withKeys('shape: keys with control characters', STORED, {}, '"a\\u0000b":1,"\\ud800":2'),
  withKeys('shape: a link that runs a script', stored({ url: 'https://security.microsoft.com/incidents/70001' }), {
    incidentUri: '"javascript:alert(1)"',
  }),
  withKeys('shape: a link to a foreign host', stored({ url: 'https://security.microsoft.com/incidents/70001' }), {
    incidentUri: '"https://security.microsoft.com.attacker.example/"',
  }),
  withKeys('shape: a link with a password', stored({ url: 'https://security.microsoft.com/incidents/70001' }), {
    incidentUri: '"https://security.microsoft.com@attacker.example/"',
  }),
];
