import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import type { SendRaw } from '../../local/simulator/http/answer.ts';
import type { ReplacingFault } from '../../local/simulator/state/fault.ts';
import { HARMLESS, refused, type AnswerPayload, type AnswerPlace, type Expectation } from './payload.ts';
import { WIRE } from './wire.ts';

const MIB = 1_048_576;
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const BAD_PAGE = refused('bad-page');

type Body = string | Buffer;

const page = (entries: string, rest = ''): string => `{"value":[${entries}]${rest}}`;

/** An answer whose head is regular apart from `headers`. */
function answer(
  name: string,
  expected: Expectation,
  body: (place: AnswerPlace) => Body,
  headers: Record<string, string> = {},
  status = 200,
): AnswerPayload {
  return raw(name, expected, (place) => {
    const sent = body(place);
    return (response, date) => {
      response.writeHead(status, { ...JSON_TYPE, date, ...headers });
      response.end(sent);
    };
  });
}

function raw(name: string, expected: Expectation, send: (place: AnswerPlace) => SendRaw): AnswerPayload {
  return { name: `answer: ${name}`, expected, on: 'answer', build: (place) => ({ kind: 'raw', send: send(place) }) };
}

const BODIES: readonly (readonly [string, Expectation, (place: AnswerPlace) => Body])[] = [
  ['empty', BAD_PAGE, () => ''],
  ['white space', BAD_PAGE, () => ' \n\t '],
  ['null', BAD_PAGE, () => 'null'],
  ['a list', BAD_PAGE, () => '[]'],
  ['a text', BAD_PAGE, () => '"value"'],
  ['an object without a list', BAD_PAGE, () => '{}'],
  ['a list that is null', BAD_PAGE, () => '{"value":null}'],
  ['a list that is an object', BAD_PAGE, () => '{"value":{"0":{"incidentId":1},"length":1}}'],
  ['an error with status 200', BAD_PAGE, () => '{"error":{"code":"InternalServerError","message":"Oops"}}'],
  ['HTML', BAD_PAGE, () => '<!DOCTYPE html><html><body>Sign in</body></html>'],
  ['JSON that is cut', BAD_PAGE, ({ good }) => page(good).slice(0, -3)],
  ['JSON with something behind', BAD_PAGE, ({ good }) => `${page(good)}<!-- cached -->`],
  ['two documents', BAD_PAGE, ({ good }) => page(good) + page('')],
  ['JSON with comments', BAD_PAGE, () => '{/* none */"value":[]}'],
  ['JavaScript', BAD_PAGE, () => ')]}\',\n{"value":[]}'],
  ['NaN', BAD_PAGE, () => page('{"incidentId":NaN}')],
  ['a byte order mark', HARMLESS, ({ good }) => `\ufeff${page(good)}`],
  ['two byte order marks', BAD_PAGE, ({ good }) => `\ufeff\ufeff${page(good)}`],
  ['UTF-16', BAD_PAGE, ({ good }) => Buffer.from(`\ufeff${page(good)}`, 'utf16le')],
  ['a NUL behind it', BAD_PAGE, ({ good }) => `${page(good)}\u0000`],
  ['100,000 levels', BAD_PAGE, () => '['.repeat(100_000)],
  [
    '100,000 levels beside the list',
    HARMLESS,
    ({ good }) => page(good, `,"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  ],
  ['__proto__ as a key', HARMLESS, ({ good }) => page(good, ',"__proto__":{"value":[]}')],
  ['a list by __proto__ only', BAD_PAGE, ({ good }) => `{"__proto__":${page(good)}}`],
  ['the list twice', HARMLESS, ({ good }) => `{"value":[{"incidentId":9}],"value":[${good}]}`],
  ['the same incident twice', HARMLESS, ({ good }) => page(`${good},${good}`)],
  [
    '20 MiB and more of one text',
    refused('page-too-large'),
    ({ good }) => page(good, `,"x":"${'A'.repeat(21 * MIB)}"`),
  ],
  ['19 MiB of one text', HARMLESS, ({ good }) => page(good, `,"x":"${'A'.repeat(19 * MIB)}"`)],
  ['a million numbers', HARMLESS, ({ good }) => page(good, `,"x":[${'1,'.repeat(1_000_000)}1]`)],
];

/** The link is not needed: what is refused is that every question gets this one answer. */
const SAME_FOR_ALL = refused('filter-not-honoured');

/** `[name, expected, link]` on a page that is short otherwise. */
const LINKS: readonly (readonly [string, Expectation, (place: AnswerPlace) => string])[] = [
  ['to another host', SAME_FOR_ALL, () => '"https://attacker.example/incidents?$skip=1"'],
  [
    'to our host without encryption',
    SAME_FOR_ALL,
    ({ url }) => JSON.stringify(url.replace('https:', 'http:') + WIRE.path),
  ],
  ['to another port', SAME_FOR_ALL, ({ url }) => JSON.stringify(url.replace(/:\d+$/, ':1') + WIRE.path)],
  ['to another path', SAME_FOR_ALL, ({ url }) => JSON.stringify(`${url}/api/alerts`)],
  ['upwards', SAME_FOR_ALL, ({ url }) => JSON.stringify(`${url}${WIRE.path}/../../token`)],
  [
    'with a user name',
    SAME_FOR_ALL,
    ({ url }) => JSON.stringify(url.replace('https://', 'https://me:secret@') + WIRE.path),
  ],
  [
    'to a host that begins like ours',
    SAME_FOR_ALL,
    ({ url }) => JSON.stringify(url.replace(/:\d+$/, '.attacker.example') + WIRE.path),
  ],
  ['that runs a script', SAME_FOR_ALL, () => '"javascript:alert(1)"'],
  ['to a file', SAME_FOR_ALL, () => '"file:///etc/passwd"'],
  ['that is no address', SAME_FOR_ALL, () => '"http://[::1"'],
  ['that is a number', BAD_PAGE, () => '7'],
  ['that is an object', BAD_PAGE, () => '{"href":"https://attacker.example"}'],
  ['that is empty', HARMLESS, () => '""'],
  ['that is null', HARMLESS, () => 'null'],
  ['to itself without end', refused('filter-not-honoured'), ({ url }) => JSON.stringify(`${url}${WIRE.path}?$top=100`)],
];

/** `[name, expected, headers]` on a regular page. */
const HEADERS: readonly (readonly [string, Expectation, Record<string, string>])[] = [
  ['another media type', HARMLESS, { 'content-type': 'text/html' }],
  ['another character set', HARMLESS, { 'content-type': 'application/json; charset=iso-8859-1' }],
  ['a warning', refused('incomplete-answer'), { warning: '199 - "partial"' }],
  ['a warning of a coming end', HARMLESS, { warning: '299 - "Deprecated"' }],
  ['a warning of a proxy', HARMLESS, { warning: '214 proxy "Transformation Applied"' }],
  ['a warning without a code', HARMLESS, { warning: '\u00ff"' }],
  ['no readable date', refused('incomplete-answer'), { date: 'yesterday' }],
  ['a date of the year 9999', HARMLESS, { date: 'Fri, 31 Dec 9999 23:59:59 GMT' }],
  ['a date of the next century', HARMLESS, { date: 'Fri, 01 Jan 2100 00:00:00 GMT' }],
  ['a date of 1970', refused('incomplete-answer'), { date: 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ['a date in another form', refused('incomplete-answer'), { date: '2026-01-01T00:00:00Z' }],
  ['an unknown compression', HARMLESS, { 'content-encoding': 'zstd' }],
  ['compression that there is not', BAD_PAGE, { 'content-encoding': 'gzip' }],
  ['17 KiB of headers', refused('source-unavailable'), { 'x-large': 'h'.repeat(17_000) }],
  ['cookies', HARMLESS, { 'set-cookie': 'session=1' }],
  ['a wait although it went well', HARMLESS, { 'retry-after': '99999999999' }],
  ['a link in the head', HARMLESS, { link: '<https://attacker.example/>; rel="next"' }],
];

const STATUSES: readonly (readonly [number, Expectation])[] = [
  [201, refused('incomplete-answer')],
  [202, refused('incomplete-answer')],
  [203, HARMLESS],
  [206, refused('incomplete-answer')],
  [300, refused('redirect-refused')],
  [304, refused('redirect-refused')],
  [307, refused('redirect-refused')],
  [308, refused('redirect-refused')],
  [418, refused('bad-request')],
  [511, refused('source-unavailable')],
  [599, refused('source-unavailable')],
];

const head = (date: string, ...lines: string[]): string =>
  ['HTTP/1.1 200 OK', `Date: ${date}`, 'Content-Type: application/json', ...lines, '', ''].join('\r\n');

/** Bytes on the socket, past Node's own rules. */
function bytes(name: string, expected: Expectation, text: (place: AnswerPlace, date: string) => string): AnswerPayload {
  return raw(name, expected, (place) => (response, date) => {
    response.socket?.end(text(place, date));
  });
}

const bomb = (name: string, content: () => Buffer, rounds = 1): AnswerPayload => ({
  name: `answer: ${name}`,
  on: 'answer',
  expected: refused('page-too-large'),
  build: (): ReplacingFault => {
    let body = content();
    for (let round = 0; round < rounds; round += 1) body = gzipSync(body, { level: 1 });
    const encoding = Array.from({ length: rounds }, () => 'gzip').join(', ');
    return {
      kind: 'raw',
      send: (response, date) => {
        sendBomb(response, date, encoding, body);
      },
    };
  },
});

function sendBomb(response: ServerResponse, date: string, encoding: string, body: Buffer): void {
  response.writeHead(200, { ...JSON_TYPE, date, 'content-encoding': encoding });
  response.end(body);
}

function drip(name: string, beginning: string, everyMs: number): AnswerPayload {
  const send: SendRaw = async (response, date) => {
    response.writeHead(200, { ...JSON_TYPE, date });
    response.write(beginning);
    const timer = setInterval(() => response.write(' '), everyMs);
    await new Promise<void>((resolve) => response.once('close', resolve));
    clearInterval(timer);
  };
  return { ...raw(name, refused('source-unavailable'), () => send), timeoutMs: 100 };
}

export const ODD_ANSWERS: readonly AnswerPayload[] = [
  ...BODIES.map(([name, expected, body]) => answer(name, expected, body)),
  ...LINKS.map(([name, expected, link]) =>
    answer(`a link ${name}`, expected, (place) => page(place.good, `,"@odata.nextLink":${link(place)}`)),
  ),
  ...HEADERS.map(([name, expected, headers]) => answer(name, expected, ({ good }) => page(good), headers)),
  ...STATUSES.map(([status, expected]) =>
    answer(`status ${status}`, expected, ({ good }) => page(good), { location: 'https://localhost:1/token' }, status),
  ),
  answer(
    'a redirect to another host',
    refused('redirect-refused'),
    () => '',
    { location: 'https://attacker.example/' },
    302,
  ),
  answer('a redirect to itself', refused('redirect-refused'), () => '', { location: WIRE.path }, 301),
  answer('no content', BAD_PAGE, () => '', {}, 204),
  bytes('a length that is too long', BAD_PAGE, ({ good }, date) => head(date, 'Content-Length: 99999') + page(good)),
  bytes('a length that is too short', BAD_PAGE, ({ good }, date) => head(date, 'Content-Length: 20') + page(good)),
  bytes(
    'two lengths',
    refused('source-unavailable'),
    ({ good }, date) => head(date, 'Content-Length: 20', 'Content-Length: 21') + page(good),
  ),
  bytes(
    'chunks that are none',
    BAD_PAGE,
    ({ good }, date) => head(date, 'Transfer-Encoding: chunked') + `zz\r\n${page(good)}`,
  ),
  bytes(
    'a chunk without an end',
    BAD_PAGE,
    ({ good }, date) => head(date, 'Transfer-Encoding: chunked') + `fffff\r\n${page(good)}`,
  ),
  bytes('no HTTP at all', refused('source-unavailable'), () => 'SSH-2.0-OpenSSH_9.6\r\n'),
  bytes('a head without an end', refused('source-unavailable'), (_place, date) => head(date).trimEnd()),
  bytes('nothing', refused('source-unavailable'), () => ''),
  bomb('50 MiB of zeros in 50 KiB', () => Buffer.alloc(50 * MIB)),
  bomb('50 MiB of JSON in 50 KiB', () =>
    Buffer.from(page(`{"incidentId":1,"incidentName":"${'A'.repeat(50 * MIB)}"}`)),
  ),
  drip('nothing but its head, for ever', '', 1_000),
  drip('a byte at a time', '{"value":[', 20),
];
