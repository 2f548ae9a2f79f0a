import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import LongTestsFirst, { LONG } from '../long-tests-first.ts';

const TESTS = join(import.meta.dirname, '..');
const pathOf = (name: string): string => join(TESTS, `${name}.test.ts`);

test('begins with the files that are known to take long, of which each is there, and has every file once', () => {
  expect(LONG.filter((name) => !existsSync(pathOf(name)))).toEqual([]);
  expect(new Set(LONG).size).toBe(LONG.length);

  const names = ['edge/http-handler', ...LONG, 'adapters/http'].reverse();
  const sorted = new LongTestsFirst().sort(names.map((name) => ({ path: pathOf(name) })));

  expect(sorted).toEqual([...LONG, 'adapters/http', 'edge/http-handler'].map((name) => ({ path: pathOf(name) })));
});
