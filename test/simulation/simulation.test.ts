import { describe, expect, test } from '@jest/globals';
import { runSeed } from './run-seed.ts';

/** Many more run in `npm run sim`. */
const SEEDS = Array.from({ length: 20 }, (_, index) => 20_001 + index);

describe('runSeed()', () => {
  test.each(SEEDS)('loses, doubles and misfiles nothing in seed %i', async (seed) => {
    const { violations } = await runSeed(seed);
    expect(violations).toEqual([]);
  });

  test('repeats a seed step by step', async () => {
    const tell = async (): Promise<string[]> => {
      const lines: string[] = [];
      await runSeed(7, (line) => lines.push(line));
      return lines;
    };
    expect(await tell()).toEqual(await tell());
  });
});
