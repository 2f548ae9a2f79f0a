import { expect, test } from '@jest/globals';
import { newGap } from '../../../shared/domain/reading/gaps.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { addIncident, buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';

const QUIET_INCIDENTS = 3;
const PAGE = 2;
const CROWD = 160;
const CROWDED_MS = START_MS - 20 * HOUR_MS;

test('of a gap in which more stand in one moment than a poll has calls for, what was shown is stored', async () => {
  const tenant = buildTenant(QUIET_INCIDENTS);
  const at = ticksFromMs(CROWDED_MS);
  for (let index = 0; index < CROWD; index += 1) addIncident(tenant, String(2_000 + index), at);
  const start = ticksFromMs(START_MS);
  const gap = newGap(at, at + TICKS_PER_SECOND, 'bad-page', start);
  const part = { from: at, to: at + TICKS_PER_MS, isNarrow: true };
  const small = startSmallWorld(tenant, PAGE, {
    status: 'active',
    completeFrom: at - 1n,
    completeThrough: start,
    frontThrough: start,
    gaps: [{ ...gap, retryAt: start, part }],
  });

  startPoll(small, undefined);
  await small.world.time.run(small.world.time.now() + HOUR_MS);

  expect(small.state().gaps.length).toBeGreaterThan(0);
  expect(small.state().storedIncidents).toBe(CROWD);
  expect(small.world.violations).toEqual([]);
});
