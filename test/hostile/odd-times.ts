import { STORED, stored, withAlert, withKeys, type IncidentPayload } from './payload.ts';

/** Texts that are no time, or none that exists. */
const UNREADABLE = [
  ['a date that does not exist', '2026-02-30T00:00:00Z'],
  ['24 o’clock', '2026-01-01T24:00:00Z'],
  ['a leap second', '2026-06-30T23:59:60Z'],
  ['a year of five digits', '+12026-01-01T00:00:00Z'],
  ['a year before Christ', '-0001-01-01T00:00:00Z'],
  ['the .NET form', '/Date(1767225600000)/'],
  ['a date alone', '2026-01-01'],
  ['an HTTP date', 'Thu, 01 Jan 2026 00:00:00 GMT'],
  ['a hundred thousand digits', `2026-01-01T00:00:00.${'1'.repeat(100_000)}Z`],
  ['an offset that reaches before year 1', '0001-01-01T00:00:00+14:00'],
  ['.NET’s smallest time', '0001-01-01T00:00:00Z'],
] as const;

/** Times that exist and lie far from the one that the source has filed the incident under. */
const FAR = [
  ['1970', '1970-01-01T00:00:00Z'],
  ['a year ago', '2024-11-25T00:00:00Z'],
  ['.NET’s largest time', '9999-12-31T23:59:59.9999999Z'],
  ['the year 9000', '9000-01-01T00:00:00Z'],
] as const;

export const ODD_TIMES: readonly IncidentPayload[] = [
  ...UNREADABLE.map(([name, text]) =>
    withKeys(`update time: ${name}`, STORED, { lastUpdateTime: JSON.stringify(text) }),
  ),
  ...UNREADABLE.map(([name, text]) =>
    withKeys(`creation time: ${name}`, stored({ createdTime: null }), { createdTime: JSON.stringify(text) }),
  ),
  ...UNREADABLE.map(([name, text]) =>
    withKeys(`both times: ${name}`, STORED, {
      lastUpdateTime: JSON.stringify(text),
      createdTime: JSON.stringify(text),
    }),
  ),
  ...FAR.map(([name, text]) => withKeys(`update time: ${name}`, STORED, { lastUpdateTime: JSON.stringify(text) })),
  ...FAR.map(([name, text]) => withKeys(`creation time: ${name}`, STORED, { createdTime: JSON.stringify(text) })),
  ...FAR.map(([name, text]) =>
    withAlert(
      `alert times: ${name}`,
      { kind: 'stored', alerts: 1 },
      {
        creationTime: JSON.stringify(text),
        lastUpdatedTime: JSON.stringify(text),
        firstActivity: JSON.stringify(text),
      },
    ),
  ),
];
