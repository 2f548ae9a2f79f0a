import { expect, test } from '@jest/globals';
import { readHostJson } from '../../../local/host/functions/host-json.ts';
import { resolveSettings } from '../../../local/host/functions/resolve-settings.ts';
import { limitConcurrency } from '../../../local/host/http/limit-concurrency.ts';

test('limitConcurrency() runs so many tasks at once, in their order, and goes on after a failure', async () => {
  const limit = limitConcurrency(2);
  const order: string[] = [];
  let running = 0;
  let most = 0;
  const task = (name: string) => async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    order.push(name);
    await Promise.resolve();
    running -= 1;
    if (name === 'a') throw new Error('failed');
  };

  const ended = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => limit(task(name))));

  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(order).toEqual(['a', 'b', 'c', 'd']);
  expect(most).toBe(2);
});

test('readHostJson() has the defaults of the Functions host', () => {
  expect(readHostJson('{"version":"2.0"}')).toEqual({
    functionTimeoutMs: 1_800_000,
    routePrefix: 'api',
    customHeaders: {},
    maxOutstandingRequests: 200,
    maxConcurrentRequests: 100,
    queues: {
      batchSize: 16,
      newBatchThreshold: 8,
      maxDequeueCount: 5,
      visibilityTimeoutSeconds: 0,
      messageEncoding: 'base64',
    },
  });
});

test.each([
  ['{"functionTimeout":"10 minutes"}', '"functionTimeout" must be a time like 00:10:00: current value is 10 minutes'],
  ['{"extensions":{"queues":{"batchSize":33}}}', '"batchSize" must be 1 to 32: current value is 33'],
  ['{"extensions":{"queues":{"messageEncoding":"hex"}}}', '"messageEncoding" must be base64 or none'],
  ['{"extensions":{"http":{"routePrefix":1}}}', '"routePrefix" must be a text: current value is 1'],
])('readHostJson() refuses %s', (text, reason) => {
  expect(() => readHostJson(text)).toThrow(reason);
});

test('resolveSettings() replaces each setting and names the one that is missing', () => {
  expect(resolveSettings('a-%X%-%Y%', { X: '1', Y: '2' })).toBe('a-1-2');
  expect(() => resolveSettings('%X%', {})).toThrow('the setting X has no value');
});
