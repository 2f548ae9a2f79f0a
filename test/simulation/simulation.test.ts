import { describe, expect, test } from '@jest/globals';
import { runSeed } from './run-seed.ts';

/** Seeds that found something once, and as many again beside them. Many more run in `npm run sim`. */
const SEEDS_WITH_A_PAST = [19, 29, 66, 92, 121, 188, 241, 389, 393, 468];
const FRESH_SEEDS = Array.from({ length: 10 }, (_, index) => 20_001 + index);

describe('runSeed()', () => {
  test.each([...SEEDS_WITH_A_PAST, ...FRESH_SEEDS])('loses, doubles and misfiles nothing in seed %i', async (seed) => {
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
