import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { readHostJson } from '../../../local/host/functions/host-json.ts';
import { MESSAGES_AT_ONCE, pollsAtOnce } from '../../../shared/domain/collection/polls-at-once.ts';

test('MESSAGES_AT_ONCE is what host.json allows', async () => {
  const { queues } = readHostJson(await readFile(new URL('../../../host.json', import.meta.url), 'utf8'));

  expect(MESSAGES_AT_ONCE).toBe(queues.batchSize + queues.newBatchThreshold);
});

test('pollsAtOnce() is enough for the tenants of all messages of both queues', () => {
  expect(pollsAtOnce(8)).toBe(80);
});
