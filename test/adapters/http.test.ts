import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fetch from 'node-fetch';
import { createHttpGet, openAgent, type HttpGet, type HttpOptions } from '../../shared/adapters/machine/http.ts';
import { signAfter } from '../../shared/domain/tenants/source-sign.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { createTimeLimits } from '../helpers/time-limits.ts';
import { startLoopback, type LoopbackServer } from './loopback-https.ts';

const TOKEN = 'canary-token-4711';
const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now(), sleep: async (ms) => sleep(ms) };

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: LoopbackServer;

beforeEach(async () => {
  server = await startLoopback((request, response) => {
    answer(request, response);
  });
});

afterEach(async () => {
  await server.close();
});

const client = (options: Partial<HttpOptions> = {}): HttpGet =>
  createHttpGet({ fetch, clock, agent: server.agent, ...options });
const get = async (http: HttpGet, path = '/'): Promise<unknown> =>
  http(server.url + path, { authorization: `Bearer ${TOKEN}` }).catch((error: unknown) => error);

describe('createHttpGet()', () => {
  test('answers with status, headers, body, duration and date', async () => {
    answer = (request, response) => {
      expect(request.headers.authorization).toBe(`Bearer ${TOKEN}`);
      response.writeHead(203, { date: 'Tue, 24 Nov 2026 12:00:01 GMT', 'x-a': 'b' }).end('körper');
    };

    const result = await client()(`${server.url}/a?b=c`, { authorization: `Bearer ${TOKEN}` });

    expect(result).toMatchObject({ status: 203, bodyText: 'körper', dateMs: Date.UTC(2026, 10, 24, 12, 0, 1) });
    expect(result.headers.get('X-A')).toBe('b');
    expect(result.durationMs).toBeGreaterThan(0);
    expect(server.seen).toEqual(['GET /a?b=c']);
  });

  test('says of a host that does not resolve what is a sign of the end of an API, and of a resolver in trouble not', async () => {
    const signFor = async (code: string): Promise<unknown> => {
      const lookup: LookupFunction = (_host, _options, done) => {
        done(Object.assign(new Error(`getaddrinfo ${code}`), { code }), '');
      };
      const failure = await get(client({ agent: openAgent(1, { lookup }) }));
      expect(failure).toMatchObject({ code: 'source-unavailable' });
      return signAfter(failure, undefined, 1n);
    };

    expect(await signFor('ENOTFOUND')).toMatchObject({ kind: 'gone' });
    expect(await signFor('EAI_AGAIN')).toBeUndefined();
  });

  test.each(['', 'yesterday', '2026', '2026-11-24T12:00:01Z', 'Tue, 32 Foo 2026 12:00:01 GMT'])(
    'knows no date when the header is %j',
    async (date) => {
      answer = (_request, response) => {
        response.sendDate = false;
        if (date !== '') response.setHeader('date', date);
        response.end('x');
      };

      expect(await client()(server.url, {})).toMatchObject({ dateMs: undefined });
    },
  );

  test('unpacks gzip and keeps the connection', async () => {
    answer = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
    };
    const http = client();

    for (let call = 0; call < 5; call += 1) expect(await get(http)).toMatchObject({ bodyText: 'x'.repeat(100_000) });

    expect(server.connections()).toBe(1);
  });

  test('opens no more connections than the agent allows', async () => {
    answer = (_request, response) => {
      setTimeout(() => response.end('x'), 20);
    };
    const http = client();

    await Promise.all(Array.from({ length: 12 }, async () => get(http)));

    expect(server.seen).toHaveLength(12);
    expect(server.connections()).toBeLessThanOrEqual(4);
  });

  test('begins the time limit of a request that waits for a connection when it has one', async () => {
    answer = (request, response) => {
      if (request.url !== '/silent') response.end('x');
    };
    const limits = createTimeLimits();
    const http = client({ startTimer: limits.startTimer });

    // Four connections: the others wait behind those that hang.
    const hanging = Array.from({ length: 4 }, async () => get(http, '/silent'));
    const waiting = Array.from({ length: 12 }, async () => get(http));
    while (server.seen.length < 4) await sleep(1);
    const running = limits.running();
    limits.expire();

    expect(running).toBe(4);
    for (const result of await Promise.all(hanging)) expect(result).toMatchObject({ code: 'source-unavailable' });
    for (const result of await Promise.all(waiting)) expect(result).toMatchObject({ bodyText: 'x' });
  });

  test('has a connection for each request that it is made for, so that those that hang take none of the others', async () => {
    answer = (request, response) => {
      if (request.url !== '/silent') response.end('x');
    };
    const agent = openAgent(40, { ca: server.cert });
    const http = client({ agent, timeoutMs: 30_000 });

    const hanging = Array.from({ length: 39 }, async () => get(http, '/silent'));
    const result = await get(http);

    expect(result).toMatchObject({ bodyText: 'x' });
    agent.destroy();
    for (const failure of await Promise.all(hanging)) expect(failure).toMatchObject({ code: 'source-unavailable' });
  });

  test('cuts a body that grows beyond the limit, packed or not', async () => {
    let written = 0;
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    answer = (request, response) => {
      if (request.url === '/bomb') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
        return;
      }
      const pour = (): void => {
        if (response.destroyed) return;
        written += 65_536;
        response.write('x'.repeat(65_536), () => setImmediate(pour));
      };
      pour();
    };
    const http = client({ maxBodyBytes: 1_000_000 });

    for (const path of ['/bomb', '/endless'])
      expect(await get(http, path)).toMatchObject({ blame: 'microsoft', code: 'page-too-large', retriable: false });
    expect(written).toBeLessThan(20_000_000);
  });

  test('ends a silent server, a silent body and a slow drip by the deadline', async () => {
    answer = (request, response) => {
      if (request.url === '/silent') return;
      response.writeHead(200).write('{');
      if (request.url === '/drip') {
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => {
          clearInterval(drip);
        });
      }
    };
    const http = client({ timeoutMs: 150 });

    for (const path of ['/silent', '/body', '/drip']) {
      const startedAt = performance.now();
      expect(await get(http, path)).toMatchObject({ code: 'source-unavailable', retriable: true });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });

  test.each([301, 302, 303, 307, 308])('does not follow redirect %d', async (status) => {
    answer = (_request, response) => {
      response.writeHead(status, { location: `${server.url}/elsewhere` }).end();
    };

    expect(await get(client())).toMatchObject({ blame: 'partner', code: 'redirect-refused', status });
    expect(server.seen).toEqual(['GET /']);
  });

  test('calls a lost connection source-unavailable before the answer and bad-page within it', async () => {
    answer = (request, response) => {
      if (request.url === '/before') {
        request.socket.destroy();
        return;
      }
      response.writeHead(200, request.url === '/length' ? { 'content-length': 100 } : {});
      response.write('{"value":[', () => request.socket.destroy());
    };
    const http = client();

    expect(await get(http, '/before')).toMatchObject({ code: 'source-unavailable', retriable: true });
    expect(await get(http, '/length')).toMatchObject({ code: 'bad-page', retriable: true });
    expect(await get(http, '/chunked')).toMatchObject({ code: 'bad-page', retriable: true });
  });

  test('calls broken gzip bad-page', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is not gzip');
    };

    expect(await get(client())).toMatchObject({ code: 'bad-page', retriable: true });
  });

  test('refuses a server that it does not trust, and one that is not there', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1');
    const address = closed.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const strict = createHttpGet({ fetch, clock });

    const results = [
      await get(strict),
      await strict(`https://127.0.0.1:${port}/`, {}).catch((error: unknown) => error),
    ];

    for (const result of results)
      expect(result).toMatchObject({ blame: 'microsoft', code: 'source-unavailable', retriable: true });
    expect(String(results[1])).toContain('ECONNREFUSED');
    expect(server.seen).toEqual([]);
  });

  test('sends nothing over plain http', async () => {
    const http = client();

    expect(await http('http://localhost/', {}).catch((error: unknown) => error)).toMatchObject({
      code: 'insecure-url',
    });
  });

  test('puts neither the token nor the query into an error', async () => {
    answer = (request, response) => {
      if (request.url?.startsWith('/cut') === true) response.writeHead(200).write('x', () => request.socket.destroy());
      else if (request.url?.startsWith('/moved') === true) response.writeHead(302, { location: '/' }).end();
      else request.socket.destroy();
    };
    const http = client();

    for (const path of ['/gone?secret-query', '/cut?secret-query', '/moved?secret-query']) {
      const error = await get(http, path);
      const printed = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
      expect(printed).not.toContain(TOKEN);
      expect(String(error)).not.toContain('secret-query');
    }
  });
});
