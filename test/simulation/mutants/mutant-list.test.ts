import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MUTANTS } from './mutant-list.ts';
import seeds from './mutant-seeds.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../../..');

test('each mutant changes one place of the code, and says by which seed it is caught', () => {
  const places = MUTANTS.map(({ name, file, find }) => {
    const times = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1;
    return { name, times, isCaught: name in seeds };
  });

  expect(places.filter(({ times, isCaught }) => times !== 1 || !isCaught)).toEqual([]);
  expect(Object.keys(seeds).sort()).toEqual(MUTANTS.map(({ name }) => name).sort());
});
