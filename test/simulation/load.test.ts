import { expect, test } from '@jest/globals';
import { findProblems } from './measure-load.ts';
import { runLoad, type LoadOptions } from './run-load.ts';

test.each<[string, Partial<LoadOptions>]>([
  ['a storm of 30 %', { stormShare: 0.3 }],
  ['a storm of 100 %', { stormShare: 1 }],
  ['a slow, an endless and a failing tenant', { hostile: ['slow', 'huge', 'failing'] }],
])(
  '%s delays nobody else, is over within two intervals, and costs at most 1.2 calls for each',
  async (_name, options) => {
    const result = await runLoad({ tenants: 200, ticks: 7, instances: 1, ...options });

    expect(result.problems).toEqual([]);
    expect(result.calls).toBeGreaterThan(1_000);
  },
);

test('findProblems() names each bound that does not hold', () => {
  const good = { tenants: 1, calls: 1, amplification: 1.2, earlyCalls: 0, longestPause: 2, recovery: 2 };

  expect(findProblems(good)).toEqual([]);
  expect(findProblems({ ...good, amplification: 1.21, earlyCalls: 1, longestPause: 2.1, recovery: 2.1 })).toHaveLength(
    4,
  );
});
