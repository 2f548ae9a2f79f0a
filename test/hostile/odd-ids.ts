import { alertJson, withKeys, type IncidentPayload } from './payload.ts';

const text = (value: string): string => JSON.stringify(value);

/** `[name, JSON text, id that is shown]` */
const IDS: readonly (readonly [string, string, string])[] = [
  ['slashes', text('a/b\\c'), 'a/b\\c'],
  ['characters that no key may have', text('#?/\\%+ &=!~'), '#?/\\%+ &=!~'],
  ['control characters', text('a\u0000b\u001fc\u007fd\u0085'), 'a\\u0000b\\u001fc\\u007fd\\u0085'],
  ['half a surrogate pair', text('a\ud83d'), 'a\\ud83d'],
  ['emoji', text('🔥🚨'), '🔥🚨'],
  ['a right-to-left override', text('‮123'), '‮123'],
  ['1,000 characters', text('x'.repeat(1_000)), 'x'.repeat(1_000)],
  ['300 emoji', text('🔥'.repeat(300)), '🔥'.repeat(300)],
  [
    'our own separators',
    text('I!00000000-0000-4000-8000-000000000001!n1'),
    'I!00000000-0000-4000-8000-000000000001!n1',
  ],
  ['a path upwards', text('../../tenants'), '../../tenants'],
  ['a single dot', text('.'), '.'],
  ['two dots', text('..'), '..'],
  ['a quote and OData', text("1' or 1 eq 1"), "1' or 1 eq 1"],
  ['leading zeros', text('0070001'), '0070001'],
  ['spaces around', text(' 70001 '), ' 70001 '],
  ['a word of Object', text('toString'), 'toString'],
  ['zero', '0', '0'],
  ['negative zero', '-0', '0'],
  ['a negative number', '-70001', '-70001'],
  ['2^53', '9007199254740992', '9007199254740992'],
  ['2^53 + 1', '9007199254740993', '9007199254740993'],
  ['19 digits', '9223372036854775807', '9223372036854775807'],
  ['40 digits', '1234567890123456789012345678901234567890', '1234567890123456789012345678901234567890'],
  ['a number with an exponent beyond 2^53', '1e20', '1e20'],
  ['a number that no double can hold', '1e400', '1e400'],
  ['a number that rounds to nothing', '1e-400', '0'],
  ['a number with a fraction', '1.5', '1.5'],
  ['a number of 1,000 digits', '9'.repeat(1_000), '9'.repeat(1_000)],
];

const EMOJI = '🔥'.repeat(1_000);

export const ODD_IDS: readonly IncidentPayload[] = [
  withKeys(
    'id: 1,000 emoji, whose link is longer than a link may be',
    { kind: 'stored', incidentId: EMOJI, truncated: ['url'] },
    { incidentId: text(EMOJI) },
  ),
  ...IDS.map(([name, json, incidentId]) =>
    withKeys(`id: ${name}`, { kind: 'stored', incidentId, fields: { incidentId } }, { incidentId: json }),
  ),
  ...IDS.map(([name, json]) =>
    withKeys(`alert id: ${name}`, { kind: 'stored', alerts: 1 }, { alerts: `[${alertJson({ alertId: json })}]` }),
  ),
  ...IDS.map(([name, json, redirectIncidentId]) =>
    withKeys(
      `merged into: ${name}`,
      { kind: 'stored', fields: { redirectIncidentId } },
      {
        redirectIncidentId: json,
        status: '"Redirected"',
      },
    ),
  ),
];
