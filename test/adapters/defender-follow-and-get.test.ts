import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ticksFromMs } from '../../shared/domain/values/ticks.ts';
import { DATE, from, startDefender, type DefenderHarness } from './defender-harness.ts';

const SAMPLE = readFileSync(new URL('../fixtures/incident/microsoft-sample.json', import.meta.url), 'utf8');

let defender: DefenderHarness;

beforeEach(async () => {
  defender = await startDefender();
});

afterEach(async () => {
  await defender.server.close();
});

describe('createDefenderSource() follow()', () => {
  test('follows a link to its own endpoint as it is', async () => {
    defender.respond(SAMPLE);
    const nextLink = `${defender.server.url}/base/api/incidents?$filter=x%20y&$skiptoken=a%2Bb`;

    const page = await defender.incidents.follow(nextLink, from);

    expect(page.count).toBe(3);
    expect(defender.server.seen).toEqual(['GET /base/api/incidents?$filter=x%20y&$skiptoken=a%2Bb']);
  });

  test.each([
    ['another host', (url: string) => url.replace('localhost', '127.0.0.1')],
    ['another port', () => 'https://localhost:1/base/api/incidents'],
    ['plain http', (url: string) => url.replace('https:', 'http:')],
    ['a user name', (url: string) => url.replace('https://', 'https://api@')],
    ['another path', (url: string) => url.replace('/api/incidents', '/api/machines')],
    ['a path that climbs out', (url: string) => `${url}/../machines`],
    ['a path that only begins alike', (url: string) => `${url}-else`],
    ['no address', () => 'https://'],
  ])('refuses a link to %s and sends nothing', async (_kind, change) => {
    const nextLink = change(`${defender.server.url}/base/api/incidents`);

    await expect(defender.incidents.follow(nextLink, from)).rejects.toMatchObject({
      code: 'foreign-next-link',
      blame: 'microsoft',
    });
    expect(defender.server.seen).toEqual([]);
  });
});

describe('createDefenderSource() get()', () => {
  test('reads one incident by its id', async () => {
    defender.respond('{"incidentId":9007199254740993,"incidentName":"x","lastUpdateTime":"2026-11-24T11:00:00.07Z"}');

    const observed = await defender.incidents.get('9007199254740993');

    expect(observed?.incident).toMatchObject({
      incidentId: '9007199254740993',
      lastUpdateTime: '2026-11-24T11:00:00.0700000Z',
    });
    expect(defender.server.seen).toEqual(['GET /base/api/incidents/9007199254740993']);
  });

  test('dates an incident without any time by the answer', async () => {
    defender.respond('{"incidentId":5}');

    expect(await defender.incidents.get('5')).toMatchObject({
      timeAssumed: true,
      updatedAt: ticksFromMs(Date.parse(DATE)),
    });
  });

  test.each(['{"error":{"code":"ResourceNotFound","message":"Incident 5 was not found"}}', ''])(
    'answers undefined on 404 with %j',
    async (body) => {
      defender.respond(body, 404);

      expect(await defender.incidents.get('5')).toBeUndefined();
    },
  );

  test('does not take the 404 page of something in between for a missing incident', async () => {
    defender.respond('<html>404 Not Found</html>', 404);

    await expect(defender.incidents.get('5')).rejects.toMatchObject({ code: 'bad-page' });
  });

  test.each([
    ['status 206', 206, {}],
    ['a Warning of a provider', 200, { warning: '199 - "Microsoft/MDO/504/10000"' }],
  ])('does not take an answer with %s for all of the incident', async (_kind, status, headers) => {
    defender.respond('{"incidentId":5,"alerts":[]}', status, headers);

    await expect(defender.incidents.get('5')).rejects.toMatchObject({ code: 'incomplete-answer' });
  });

  test('escapes an id, and refuses one that would leave the path', async () => {
    defender.respond('', 404);

    await defender.incidents.get('a/b?c#d');

    expect(defender.server.seen).toEqual(['GET /base/api/incidents/a%2Fb%3Fc%23d']);
    await expect(defender.incidents.get('..')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(defender.incidents.get('')).rejects.toMatchObject({ code: 'bad-request' });
  });
});
