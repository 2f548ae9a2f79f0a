import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import https from 'node:https';
import type { FaultRule } from '../../../local/simulator/state/fault.ts';
import { CUSTOMER, readPage, closeTestBeds, startTestBed, type TestBed } from './simulator-test-bed.ts';

let bed: TestBed;

beforeEach(async () => {
  bed = await startTestBed();
  for (let number = 1; number <= 20; number += 1)
    bed.control.addIncident(CUSTOMER, {
      incidentId: String(number),
      lastUpdateTime: `2026-01-01T00:00:00.${String(number).padStart(2, '0')}05Z`,
    });
});
afterEach(closeTestBeds);

const newestFirst = Array.from({ length: 20 }, (_, place) => 20 - place);

function expectServed(name: string, times = 1): void {
  expect(bed.control.countCalls({ fault: name })).toBe(times);
  expect(bed.control.faults().find(({ rule }) => rule.name === name)?.served).toBe(times);
}

describe('faults instead of the answer', () => {
  test.each<[string, FaultRule['fault'], number, Record<string, unknown>]>([
    ['503', { kind: 'status', status: 503 }, 503, { error: { code: 'InternalServerError' } }],
    [
      'own body',
      { kind: 'status', status: 400, body: { error: { code: 'InvalidInput' } } },
      400,
      { error: { code: 'InvalidInput' } },
    ],
    ['entra', { kind: 'entra-error', code: 90033 }, 503, { error_codes: [90033] }],
  ])('%s', async (name, fault, status, body) => {
    bed.fault({ name, fault });
    expect(await bed.list()).toMatchObject({ status, body });
    expectServed(name);
    expect(bed.control.countCalls({ fault: name, status })).toBe(1);
  });

  test('429 names the wait in a header, as a date, in the body or not at all', async () => {
    for (const form of ['header-seconds', 'header-date', 'body-seconds', 'none'] as const)
      bed.fault({ name: form, fault: { kind: 'throttle', form, seconds: 17 }, times: 1 });

    const answers = [await bed.list(), await bed.list(), await bed.list(), await bed.list(), await bed.list()];

    expect(answers.map(({ status }) => status)).toEqual([429, 429, 429, 429, 200]);
    const [seconds, date, body, none] = answers;
    expect(seconds?.headers.get('retry-after')).toBe('17');
    const wait = Date.parse(date?.headers.get('retry-after') ?? '') - Date.now();
    expect(wait).toBeGreaterThan(15_500);
    expect(wait).toBeLessThanOrEqual(18_000);
    expect(JSON.stringify(body?.body)).toContain('again in 17 seconds');
    expect(body?.headers.get('retry-after')).toBeNull();
    expect(none?.headers.get('retry-after')).toBeNull();
    expect(none?.body).toMatchObject({
      error: {
        message: 'API calls quota exceeded!',
        innerError: { date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/) },
      },
    });
  });

  test('a reset, a page of HTML, and text that is not JSON', async () => {
    bed.fault({ name: 'reset', fault: { kind: 'reset' }, times: 1 });
    bed.fault({ name: 'html', fault: { kind: 'html' }, times: 1 });
    bed.fault({ name: 'not-json', fault: { kind: 'not-json' }, times: 1 });

    await expect(bed.send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(bed.control.countCalls({ fault: 'reset', status: 0 })).toBe(1);
    const html = await bed.send();
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    await expect((await bed.send()).json()).rejects.toThrow(/JSON/);
    expectServed('not-json');
  });

  test('a huge body, and a small one that decodes to a huge one', async () => {
    bed.fault({ name: 'huge', fault: { kind: 'huge-body', bytes: 3_000_000 }, times: 1 });
    bed.fault({ name: 'bomb', fault: { kind: 'gzip-bomb', bytes: 3_000_000 }, times: 1 });

    const huge = await bed.send('', { 'accept-encoding': 'identity' });
    expect((await huge.text()).length).toBe(3_000_000);
    const bomb = await rawBody(await bed.token());
    expect(bomb.length).toBeLessThan(10_000);
    expect(gunzipSync(bomb).length).toBe(3_000_000);
  });

  /** The bytes as sent, which no fetch shows. */
  function rawBody(token: string): Promise<Buffer> {
    const { url, caPem } = bed.simulator;
    return new Promise((resolve, reject) => {
      const options = { ca: caPem, headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' } };
      const request = https.get(`${url}/api/incidents`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve(Buffer.concat(chunks));
        });
      });
      request.on('error', reject);
    });
  }
});

describe('faults on the way', () => {
  test('JSON that ends early, with and without the connection', async () => {
    bed.fault({ name: 'cut', fault: { kind: 'truncated-json' }, match: { nthMatching: 1 } });
    bed.fault({ name: 'abort', fault: { kind: 'truncated-json', how: 'abort' }, match: { nthMatching: 2 } });

    await expect((await bed.send()).json()).rejects.toThrow(/JSON/);
    await expect((await bed.send('', { 'accept-encoding': 'identity' })).text()).rejects.toThrow(/aborted|premature/i);
    expectServed('cut');
    expectServed('abort');
  });

  test('a delay and a slow drip end with the right answer', async () => {
    bed.fault({ name: 'delay', fault: { kind: 'delay', ms: 60 }, times: 1 });
    bed.fault({ name: 'drip', fault: { kind: 'slow-drip', chunkBytes: 5_000, intervalMs: 5 }, match: { from: 2 } });

    const before = performance.now();
    await bed.list();
    expect(performance.now() - before).toBeGreaterThan(55);
    expect((await readPage(await bed.send('', { 'accept-encoding': 'identity' }))).ids).toEqual(newestFirst);
    expectServed('drip');
  });

  test('a client that leaves during a delay leaves no answer behind', async () => {
    const token = await bed.token();
    const client = new AbortController();
    bed.fault({ name: 'hang', fault: { kind: 'delay', ms: 60_000 } });
    bed.control.setAfterPage(() => {
      client.abort();
    });
    const leaving = fetch(`${bed.simulator.url}/api/incidents`, {
      headers: { authorization: `Bearer ${token}` },
      signal: client.signal,
    });

    await expect(leaving).rejects.toThrow();
    expectServed('hang');
  });

  test('a Warning header, with another status if wished', async () => {
    bed.fault({ name: 'warning', fault: { kind: 'warning' }, times: 1 });
    bed.fault({ name: 'partial', fault: { kind: 'warning', status: 206 }, times: 1, match: { from: 2 } });

    const [first, second] = [await bed.list(), await bed.list()];

    expect([first.status, second.status]).toEqual([200, 206]);
    expect(first.headers.get('warning')).toMatch(/^199 /);
    expect(first.ids).toEqual(newestFirst);
  });
});
