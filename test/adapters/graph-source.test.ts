import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { DATE, from, startGraph, tenantId, ticks, type DefenderHarness } from './defender-harness.ts';

let graph: DefenderHarness;

beforeEach(async () => {
  graph = await startGraph();
});

afterEach(async () => {
  await graph.server.close();
});

const WINDOW = `$filter=${encodeURIComponent('lastUpdateDateTime ge 2026-11-24T11:00:00.0000001Z')}`;
const LIST = `GET /base/v1.0/security/incidents?${WINDOW}`;
const lastQuery = (): URLSearchParams =>
  new URL(graph.server.seen.at(-1)?.split(' ')[1] ?? '', graph.server.url).searchParams;

const IN_PART: [kind: string, status: number, headers: Record<string, string>][] = [
  ['status 206', 206, {}],
  ['a Warning of a provider', 200, { warning: '199 - "Microsoft/MDO/504/10000"' }],
];

async function missing(link: string | undefined): Promise<ObservedIncident> {
  graph.respond(JSON.stringify({ id: '5', alerts: [{ id: 'a' }], ...(link && { 'alerts@odata.nextLink': link }) }));
  const observed = await graph.incidents.get('5');
  if (observed === undefined) throw new Error('Incident 5 was just answered');
  graph.server.seen.length = 0;
  return observed;
}

const addAlerts = async (observed: ObservedIncident): Promise<ObservedIncident> => {
  if (graph.incidents.addAlerts === undefined) throw new Error('Graph may send alerts in parts');
  return graph.incidents.addAlerts(observed);
};

describe('createGraphSource() list()', () => {
  test('asks for the window with its alerts, 50 at most, and for words that enumerations got later', async () => {
    let headers: Record<string, unknown> = {};
    graph.answer = (request, response) => {
      ({ headers } = request);
      response.writeHead(200, { date: DATE }).end('{"value":[]}');
    };

    await graph.incidents.list({ updatedFrom: from, top: 50 });

    expect(graph.incidents).toMatchObject({ source: 'graph', maxTop: 50 });
    expect(graph.server.seen).toEqual([`${LIST}&$top=50&$expand=alerts`]);
    expect(headers).toMatchObject({
      authorization: `Bearer token-of-${tenantId}-0`,
      prefer: 'include-unknown-enum-members',
    });
  });

  test('joins all conditions under the names of Graph', async () => {
    graph.respond('{"value":[]}');

    await graph.incidents.list({
      updatedFrom: from,
      updatedTo: from + 1n,
      createdFrom: 1n,
      createdTo: ticks('2026-11-24T11:00:00.5Z'),
      status: 'inProgress',
      top: 10,
      skip: 500,
    });

    expect(Object.fromEntries(lastQuery())).toEqual({
      $filter:
        'lastUpdateDateTime ge 2026-11-24T11:00:00.0000001Z and lastUpdateDateTime lt 2026-11-24T11:00:00.0000002Z' +
        ' and createdDateTime ge 0001-01-01T00:00:00.0000001Z and createdDateTime lt 2026-11-24T11:00:00.5000000Z' +
        " and status eq 'inProgress'",
      $top: '10',
      $skip: '500',
      $expand: 'alerts',
    });
  });

  test('sends no $skip that Graph refuses, and says so', async () => {
    await expect(graph.incidents.list({ updatedFrom: from, top: 50, skip: 501 })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('at most 500'),
    });
    expect(graph.server.seen).toEqual([]);
  });

  test.each(IN_PART)('marks an answer with %s as partial', async (_kind, status, headers) => {
    graph.respond('{"value":[]}', status, headers);

    expect(await graph.incidents.list({ updatedFrom: from, top: 50 })).toMatchObject({ isPartial: true });
  });

  test.each([
    [400, 'bad-request'],
    [401, 'unauthorized'],
    [403, 'missing-role'],
    [404, 'endpoint-not-found'],
    [410, 'endpoint-not-found'],
    [429, 'throttled'],
    [500, 'source-unavailable'],
    [504, 'source-unavailable'],
  ])('fails on status %d as %s with the request id, after one request', async (status, code) => {
    const error = { code: '', message: 'Missing application roles', innerError: { 'request-id': 'r-1' } };
    graph.respond(JSON.stringify({ error }), status, { 'retry-after': '7' });

    const list = graph.incidents.list({ updatedFrom: from, top: 50 });

    await expect(list).rejects.toMatchObject({ code, status, trackingId: 'r-1' });
    expect(graph.server.seen).toHaveLength(1);
  });

  test('leaves the alerts out when it is told to, and says that they are missing', async () => {
    graph.respond('{"value":[{"id":"5"}]}');

    const page = await graph.incidents.list({ updatedFrom: from, top: 10, withoutAlerts: true });

    expect(graph.server.seen).toEqual([`${LIST}&$top=10`]);
    expect(page.incidents).toMatchObject([{ incident: { alertsCount: null }, missingAlerts: { link: undefined } }]);
  });
});

describe('createGraphSource() follow()', () => {
  test('follows a link to its own list that keeps the filter', async () => {
    graph.respond('{"value":[{"id":"1","alerts":[]}]}');

    const page = await graph.incidents.follow(
      `${graph.server.url}/base/v1.0/security/incidents?${WINDOW}&$skip=50`,
      from,
    );

    expect(page.count).toBe(1);
    expect(graph.server.seen).toEqual([`${LIST}&$skip=50`]);
  });

  test.each([
    ['another host', 'foreign-next-link', 'https://attacker.example/v1.0/security/incidents?$filter=x'],
    ['another list', 'foreign-next-link', '/base/v1.0/security/alerts_v2?$filter=x'],
    ['all incidents of the tenant', 'bad-page', '/base/v1.0/security/incidents?$skip=50'],
  ])('does not follow a link to %s', async (_kind, code, link) => {
    const nextLink = new URL(link, graph.server.url).href;

    await expect(graph.incidents.follow(nextLink, from)).rejects.toMatchObject({ code });
    expect(graph.server.seen).toEqual([]);
  });
});

describe('createGraphSource() get()', () => {
  test('reads one incident with its alerts', async () => {
    graph.respond('{"id":"5","displayName":"x","lastUpdateDateTime":"2026-11-24T11:00:00.07Z","alerts":[{"id":"a"}]}');

    const observed = await graph.incidents.get('5');

    expect(observed).toMatchObject({ incident: { incidentId: '5', alertsCount: 1, source: 'graph' } });
    expect(graph.server.seen).toEqual(['GET /base/v1.0/security/incidents/5?$expand=alerts']);
  });

  test('is undefined for one that Graph does not have', async () => {
    graph.respond('{"error":{"code":"ResourceNotFound"}}', 404);

    expect(await graph.incidents.get('5')).toBeUndefined();
  });

  test.each(IN_PART)('does not take an answer with %s for all of the incident', async (_kind, status, headers) => {
    graph.respond('{"id":"5","alerts":[]}', status, headers);

    await expect(graph.incidents.get('5')).rejects.toMatchObject({ code: 'incomplete-answer' });
  });

  test('reads it without its alerts when it is told to', async () => {
    graph.respond('{"id":"5"}');

    expect(await graph.incidents.get('5', { withoutAlerts: true })).toHaveProperty('missingAlerts');
    expect(graph.server.seen).toEqual(['GET /base/v1.0/security/incidents/5']);
  });
});

describe('createGraphSource() addAlerts()', () => {
  test('follows the link of the incident until it ends', async () => {
    const link = `${graph.server.url}/base/v1.0/security/incidents/5/alerts?$skip=1`;
    const observed = await missing(link);
    graph.respond('{"value":[{"id":"b"}]}');

    const whole = await addAlerts(observed);

    expect(graph.server.seen).toEqual(['GET /base/v1.0/security/incidents/5/alerts?$skip=1']);
    expect(whole).toMatchObject({ incident: { alertsCount: 2 }, alerts: [{ alertId: 'a' }, { alertId: 'b' }] });
    expect(whole).not.toHaveProperty('missingAlerts');
  });

  test.each([
    'https://attacker.example/base/v1.0/security/incidents/5/alerts',
    'http://localhost/base/v1.0/security/incidents/5/alerts',
    'https://api@localhost/base/v1.0/security/incidents/5/alerts',
    'no address',
  ])("asks the incident's own list instead of following %s", async (link) => {
    const observed = await missing(link);
    graph.respond('{"value":[{"id":"a"},{"id":"b"}]}');

    expect(await addAlerts(observed)).toMatchObject({ incident: { alertsCount: 2 } });
    expect(graph.server.seen).toEqual(['GET /base/v1.0/security/incidents/5/alerts']);
  });

  test.each(IN_PART)('does not take an answer with %s for all alerts', async (_kind, status, headers) => {
    const observed = await missing('no address');
    graph.respond('{"value":[{"id":"a"}]}', status, headers);

    await expect(addAlerts(observed)).rejects.toMatchObject({ code: 'incomplete-answer' });
  });

  test.each([
    [403, 'incomplete-answer'],
    [404, 'incomplete-answer'],
    [500, 'incomplete-answer'],
    [401, 'unauthorized'],
    [429, 'throttled'],
  ])(
    'says of status %d that the answer is incomplete, unless it concerns all of the tenant: %s',
    async (status, code) => {
      const observed = await missing('no address');
      graph.respond('{"error":{"code":"Any","innerError":{"request-id":"r-1"}}}', status);

      await expect(addAlerts(observed)).rejects.toMatchObject({ code, trackingId: 'r-1' });
    },
  );
});
