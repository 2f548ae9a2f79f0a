import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ForkedHost } from '../../../local/host/fork-host.ts';
import { createApp, type AppFixture } from './host-fixture.ts';

const FUNCTIONS = `
import { app } from '@azure/functions';
const answer = (name) => async (request) => ({
  jsonBody: {
    name, params: request.params, query: Object.fromEntries(request.query), url: request.url,
    body: request.method === 'POST' ? await request.text() : null, agent: request.headers.get('x-agent'),
  },
});
app.http('list', { route: 'things', methods: ['GET', 'HEAD'], authLevel: 'anonymous', handler: answer('list') });
app.http('make', { route: 'things', methods: ['POST'], authLevel: 'anonymous', handler: answer('make') });
app.http('get', { route: 'things/{id}', methods: ['GET'], authLevel: 'anonymous', handler: answer('get') });
app.http('getByNumber', { route: 'things/{id:int}', methods: ['GET'], authLevel: 'anonymous', handler: answer('getByNumber') });
app.http('getNew', { route: 'things/new', methods: ['GET'], authLevel: 'anonymous', handler: answer('getNew') });
app.http('files', { route: 'files/{*rest}', methods: ['GET'], authLevel: 'anonymous', handler: answer('files') });
app.http('secret', { methods: ['GET'], authLevel: 'function', handler: answer('secret') });
app.http('throws', { methods: ['GET'], authLevel: 'anonymous', handler: () => { throw new Error('hidden'); } });
app.http('nothing', { methods: ['GET'], authLevel: 'anonymous', handler: () => undefined });
app.http('bytes', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({
  status: 201, body: new Uint8Array([0, 255, 1]), headers: { 'cache-control': 'max-age=1', 'content-type': 'image/png' },
  cookies: [{ name: 'a', value: 'b c', path: '/', httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 5 }],
}) });
app.http('breaking', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({
  body: ReadableStream.from((async function* () { yield new TextEncoder().encode('one,'); await new Promise((go) => setTimeout(go, 50)); throw new Error('cut'); })()),
}) });
app.http('stream', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({
  body: new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('one,')); c.enqueue(new TextEncoder().encode('two')); c.close(); } }),
}) });
`;

describe.each([
  ['whole bodies', ''],
  ['enableHttpStream', 'app.setup({ enableHttpStream: true });'],
])('startHost() with %s', (_mode, setup) => {
  let app: AppFixture;
  let host: ForkedHost;

  beforeAll(async () => {
    app = await createApp({ 'app.js': FUNCTIONS + setup });
    host = await app.start({ requireKey: true, functionKey: 'the-key' });
  });

  afterAll(async () => {
    await app.remove();
  });

  const call = (path: string, init?: RequestInit) => fetch(`${host.url}/api/${path}`, init);
  const readJson = async (path: string, init?: RequestInit): Promise<unknown> => (await call(path, init)).json();

  test.each([
    ['things', 'list', {}],
    ['THINGS/', 'list', {}],
    ['things/a%20b', 'get', { id: 'a b' }],
    ['things/a%2Fb', 'get', { id: 'a%2Fb' }],
    ['things/12', 'getByNumber', { id: '12' }],
    ['things/new', 'getNew', {}],
    ['files/a/b/c.txt', 'files', { rest: 'a/b/c.txt' }],
    ['files', 'files', {}],
  ])('calls the function of the closest route for %s', async (path, name, params) => {
    expect(await readJson(path)).toMatchObject({ name, params });
  });

  test('passes query, headers and the body', async () => {
    const answer = await readJson('things?a=1&b=x%20y', {
      method: 'POST',
      body: 'héllo',
      headers: { 'X-Agent': 'test' },
    });

    expect(answer).toEqual({
      name: 'make',
      params: {},
      query: { a: '1', b: 'x y' },
      url: `${host.url}/api/things?a=1&b=x%20y`,
      body: 'héllo',
      agent: 'test',
    });
  });

  test('answers HEAD where a function takes it, without a body', async () => {
    const answer = await call('things', { method: 'HEAD' });

    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  test('answers 405 and the methods for a route that has others', async () => {
    const answer = await call('things', { method: 'DELETE' });

    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  test.each(['nowhere', 'things/a/b', '%', '../'])('answers 404 for %s', async (path) => {
    expect((await call(path)).status).toBe(404);
  });

  test.each([
    ['secret', {}, 401],
    ['secret?code=wrong', {}, 401],
    ['secret?code=the-key', {}, 200],
    ['secret', { 'x-functions-key': 'the-key' }, 200],
    ['things', {}, 200],
  ])('asks for the key for %s with %j: %i', async (path, headers, status) => {
    expect((await call(path, { headers })).status).toBe(status);
  });

  test('answers 500 without a word about the error when a function throws', async () => {
    const answer = await call('throws');

    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(host.logs.some(({ functionName, message }) => functionName === 'throws' && message.includes('hidden'))).toBe(
      true,
    );
  });

  test('passes status, bytes, headers and cookies on, and the headers of host.json that are not given', async () => {
    const answer = await call('bytes');

    expect(answer.status).toBe(201);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 1]);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('cache-control')).toBe('max-age=1');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.getSetCookie().map((cookie) => cookie.split('; ').sort())).toEqual([
      ['HttpOnly', 'Max-Age=5', 'Path=/', 'SameSite=Strict', 'Secure', 'a=b%20c'],
    ]);
  });

  test('passes a stream on', async () => {
    expect(await (await call('stream')).text()).toBe('one,two');
  });

  test('never ends a stream cleanly that failed midway', async () => {
    const readWhole = async (): Promise<string> => (await call('breaking')).text();

    // Whole bodies are sent only when they are whole.
    if (setup === '') expect((await call('breaking')).status).toBe(500);
    else await expect(readWhole()).rejects.toThrow();
  });

  test('answers a function that returns nothing', async () => {
    expect((await call('nothing')).status).toBe(setup === '' ? 204 : 500);
  });

  test('refuses a query that Azure would refuse', async () => {
    expect((await call(`things?a=${'x'.repeat(5_000)}`)).status).toBe(414);
  });
});

test('startHost() joins the values of a repeated query key with a comma', async () => {
  const app = await createApp({ 'app.js': FUNCTIONS });
  const host = await app.start();

  const answer: unknown = await (await fetch(`${host.url}/api/things?status=a&status=b`)).json();

  expect(answer).toMatchObject({ query: { status: 'a,b' } });
  await app.remove();
});
