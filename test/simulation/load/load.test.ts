import { describe, expect, test } from '@jest/globals';
import { findProblems, type LoadFigures } from './measure-load.ts';
import { runLoad, type LoadOptions } from './run-load.ts';

describe('a healthy tenant is read within two intervals', () => {
  test.each<[string, Partial<LoadOptions>]>([
    ['a storm of 30 %', { stormShare: 0.3 }],
    ['a storm of 100 %', { stormShare: 1 }],
    ['a slow, an endless and a failing tenant', { hostile: ['slow', 'huge', 'failing'] }],
  ])('with %s, which is over within two intervals and costs at most 1.2 calls for each', async (_name, options) => {
    const result = await runLoad({ tenants: 200, ticks: 7, instances: 1, ...options });

    expect(result.problems).toEqual([]);
    expect(result.calls).toBeGreaterThan(1_000);
  });

  // An instance is there for 500 tenants.
  test.each<[string, Partial<LoadOptions>]>([
    ['7 % that hang', { hangingShare: 0.07 }],
    ['60 % that hang', { hangingShare: 0.6 }],
    ['60 % that hang in every other interval', { flappingShare: 0.6 }],
    ['5 % that catch up', { catchingUpShare: 0.05 }],
    [
      '12 % that hang and 5 % that catch up, all calls 6 s long',
      { hangingShare: 0.12, catchingUpShare: 0.05, answerMs: 6_000 },
    ],
  ])('with %s, which are tried every hour', async (_name, options) => {
    const result = await runLoad({ tenants: 500, ticks: 13, instances: 1, ...options });

    expect(result.isOverloaded).toBe(false);
    expect(result.problems).toEqual([]);
  });
});

test('tenants that hang longer than an interval in all take no capacity of the others: these are read in every interval', async () => {
  const ticks = 10;
  const result = await runLoad({ tenants: 2_000, ticks, instances: 1, hangingShare: 0.4 });

  // All but the first ones, in which nobody knows yet who hangs.
  expect(result.calls).toBeGreaterThan(0.8 * ticks * result.tenants);
});

test('more tenants than an instance can read in an interval share the delay', async () => {
  const result = await runLoad({ tenants: 1_200, ticks: 12, instances: 1, answerMs: 25_000, hangingShare: 0.02 });

  expect(result.isOverloaded).toBe(true);
  expect(result.medianPause).toBeGreaterThan(2);
  expect(result.problems).toEqual([]);
});

test('findProblems() names each bound that does not hold', () => {
  const good: LoadFigures = {
    tenants: 1,
    calls: 1,
    amplification: 1.2,
    earlyCalls: 0,
    longestPause: 2,
    medianPause: 1,
    isOverloaded: false,
    usedCapacity: 0.01,
    longestUntriedHours: 1,
    recovery: 2,
  };
  const shared: LoadFigures = { ...good, isOverloaded: true, usedCapacity: 0.5, medianPause: 4, longestPause: 6 };
  const nobodyIsRead: LoadFigures = { ...shared, usedCapacity: 0, medianPause: 14, longestPause: 14 };

  expect(findProblems(good)).toEqual([]);
  expect(findProblems(shared)).toEqual([]);
  expect(findProblems({ ...shared, longestPause: 6.1 })).toHaveLength(1);
  expect(findProblems(nobodyIsRead)).toHaveLength(1);
  expect(
    findProblems({
      ...good,
      amplification: 1.21,
      earlyCalls: 1,
      longestPause: 2.1,
      longestUntriedHours: 1.1,
      recovery: 2.1,
    }),
  ).toHaveLength(5);
});
