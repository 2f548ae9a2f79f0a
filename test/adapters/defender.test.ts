import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { formatTicks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import { DATE, from, startDefender, tenantId, ticks, type DefenderHarness } from './defender-harness.ts';

const SAMPLE = readFileSync(new URL('../fixtures/incident/microsoft-sample.json', import.meta.url), 'utf8');

let defender: DefenderHarness;

beforeEach(async () => {
  defender = await startDefender();
});

afterEach(async () => {
  await defender.server.close();
});

describe('createDefenderSource() open()', () => {
  test('gets a token of the tenant before it answers', () => {
    expect(defender.issued).toEqual([tenantId]);
    expect(defender.incidents).toMatchObject({ source: 'defender', maxTop: 100 });
  });
});

describe('createDefenderSource() list()', () => {
  test('asks for the window with 7 digits and sends the token of the tenant', async () => {
    let authorization: string | undefined;
    defender.answer = (request, response) => {
      authorization = request.headers.authorization;
      response.writeHead(200, { date: DATE }).end('{"value":[]}');
    };

    await defender.incidents.list({ updatedFrom: from, top: 100 });

    expect(defender.server.seen).toEqual([
      `GET /base/api/incidents?$filter=${encodeURIComponent('lastUpdateTime ge 2026-11-24T11:00:00.0000001Z')}&$top=100`,
    ]);
    expect(authorization).toBe(`Bearer token-of-${tenantId}-0`);
  });

  test('joins all conditions and leaves out a $skip of 0', async () => {
    defender.respond('{"value":[]}');
    const query = {
      updatedFrom: from,
      updatedTo: from + 1n,
      createdFrom: 1n,
      createdTo: ticks('2026-11-24T11:00:00.5Z'),
      status: "In'Progress",
      top: 50,
    };

    await defender.incidents.list({ ...query, skip: 0 });
    expect(lastQuery().has('$skip')).toBe(false);
    await defender.incidents.list({ ...query, skip: 30 });

    expect(Object.fromEntries(lastQuery())).toEqual({
      $filter:
        'lastUpdateTime ge 2026-11-24T11:00:00.0000001Z and lastUpdateTime lt 2026-11-24T11:00:00.0000002Z' +
        ' and createdTime ge 0001-01-01T00:00:00.0000001Z and createdTime lt 2026-11-24T11:00:00.5000000Z' +
        " and status eq 'In''Progress'",
      $top: '50',
      $skip: '30',
    });
  });

  test('answers the page and the moment up to which it is complete', async () => {
    defender.respond(SAMPLE);

    const page = await defender.incidents.list({ updatedFrom: from, top: 100 });

    expect(page.incidents.map(({ incident }) => incident.incidentId)).toEqual(['924565', '924521', '924518']);
    expect(page).toMatchObject({
      count: 3,
      withoutId: [],
      sourceStatuses: ['Active'],
      nextLink: undefined,
      isPartial: false,
    });
    // The answer's Date, less the request's 125 ms, less 1 s.
    expect(formatTicks(page.visibleUntil)).toBe('2026-11-24T12:00:08.8750000Z');
  });

  test.each([
    ['a Warning header', 200, { warning: '199 - "partial"' }],
    ['status 206', 206, {}],
    ['no readable Date', 200, { date: 'unknown' }],
  ])('marks an answer with %s as partial', async (_kind, status, headers) => {
    defender.respond('{"value":[]}', status, headers);

    expect(await defender.incidents.list({ updatedFrom: from, top: 100 })).toMatchObject({
      isPartial: true,
      incidents: [],
    });
  });

  test.each([
    ['is deprecated', '299 - "This API is deprecated"'],
    ['was re-encoded by a proxy', '214 proxy "Transformation Applied"'],
    ['comes from a cache', '110 cache "Response is Stale", 113 cache "Heuristic Expiration"'],
  ])('takes an answer whole when a warning says that it %s', async (_kind, warning) => {
    defender.respond(SAMPLE, 200, { warning });

    expect(await defender.incidents.list({ updatedFrom: from, top: 100 })).toMatchObject({
      isPartial: false,
      count: 3,
    });
  });

  test('marks an answer as partial when the second of its two Warning lines is of Microsoft', async () => {
    defender.answer = (_request, response) => {
      response.setHeader('warning', ['299 - "Deprecated"', '199 - "Microsoft/MDO/504/10000"']);
      response.writeHead(200, { date: DATE }).end('{"value":[]}');
    };

    expect(await defender.incidents.list({ updatedFrom: from, top: 100 })).toMatchObject({ isPartial: true });
  });

  test.each([
    ['HTML', '<html>Sign in</html>'],
    ['a cut body', SAMPLE.slice(0, 5_000)],
    ['nothing', ''],
  ])('refuses %s with status 200 as bad-page', async (_kind, body) => {
    defender.respond(body);

    await expect(defender.incidents.list({ updatedFrom: from, top: 100 })).rejects.toMatchObject({
      code: 'bad-page',
      retriable: true,
    });
  });

  test.each([
    [400, 'bad-request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'endpoint-not-found'],
    [429, 'throttled'],
    [500, 'source-unavailable'],
    [503, 'source-unavailable'],
  ])('fails on status %d as %s after exactly one request', async (status, code) => {
    defender.respond('{"error":{"code":"Any","message":"Any","target":"t-1"}}', status);

    const error = await defender.incidents.list({ updatedFrom: from, top: 100 }).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code, status, trackingId: 't-1' });
    expect(defender.server.seen).toHaveLength(1);
  });

  test("waits as long as a 429 says, on the answer's own clock", async () => {
    defender.respond('', 429, { 'retry-after': 'Tue, 24 Nov 2026 12:00:40 GMT' });

    await expect(defender.incidents.list({ updatedFrom: from, top: 100 })).rejects.toMatchObject({
      retryAfterMs: 30_000,
    });
  });

  test('takes a new token for every call and drops it when told to', async () => {
    const seen: (string | undefined)[] = [];
    defender.answer = (request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"value":[]}');
    };

    await defender.incidents.list({ updatedFrom: from, top: 100 });
    defender.incidents.dropToken();
    await defender.incidents.list({ updatedFrom: from, top: 100 });

    expect(seen).toEqual([`Bearer token-of-${tenantId}-0`, `Bearer token-of-${tenantId}-1`]);
    expect(defender.dropped).toEqual([tenantId]);
  });
});

function lastQuery(): URLSearchParams {
  return new URL(defender.server.seen.at(-1)?.split(' ')[1] ?? '', defender.server.url).searchParams;
}
