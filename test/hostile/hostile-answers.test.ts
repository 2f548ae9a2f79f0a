import { expect, test } from '@jest/globals';
import { CORPUS } from './corpus.ts';
import { testCorpus } from './corpus-suite.ts';

test('the corpus has at least 200 payloads, each with a name of its own', () => {
  expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  expect(CORPUS.length).toBeGreaterThanOrEqual(200);
});

testCorpus(CORPUS.filter(({ on }) => on === 'answer'));
