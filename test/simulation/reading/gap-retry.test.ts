import { expect, test } from '@jest/globals';
import { newGap } from '../../../shared/domain/reading/gaps.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';

const INCIDENTS = 150;

test('a gap that takes more calls than one poll may make closes part by part', async () => {
  const start = ticksFromMs(START_MS);
  const [from, to] = [ticksFromMs(START_MS - 200 * HOUR_MS), ticksFromMs(START_MS - 60_000)];
  const small = startSmallWorld(buildTenant(INCIDENTS), 4, {
    status: 'active',
    completeFrom: from,
    completeThrough: start,
    frontThrough: start,
    gaps: [{ ...newGap(from, to, 'bad-page', start), retryAt: start }],
  });
  const lengths: bigint[] = [];
  for (let poll = 0; poll < 60; poll += 1) {
    startPoll(small, undefined);
    await small.world.time.run(small.world.time.now() + HOUR_MS);
    lengths.push(small.state().gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0n));
  }

  expect(lengths[0]).toBeLessThan(to - from);
  expect(lengths.at(-1)).toBe(0n);
  small.checker.checkEnd();
  expect(small.world.violations).toEqual([]);
});
