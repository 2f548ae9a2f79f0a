import { expect, test } from '@jest/globals';
import { TICKS_PER_HOUR, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { addIncident, buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';
import { makeBad } from '../source/trouble.ts';

const INTERVAL_MS = HOUR_MS / 12;
const PAGE = 2;
const CROWD = 8;
/** On the second page of the crowd: the first one answers. */
const HANGING = '2003';

test('a page of a crowd that hangs, and so takes the whole turn of a failing customer, does not stop that customer', async () => {
  const tenant = buildTenant(0);
  const start = ticksFromMs(START_MS);
  const crowded = start - TICKS_PER_HOUR / 4n;
  for (let index = 0; index < CROWD; index += 1) addIncident(tenant, String(2_000 + index), crowded);
  addIncident(tenant, '3000', start - TICKS_PER_HOUR / 8n);
  const small = startSmallWorld(tenant, PAGE, {
    status: 'active',
    failedPolls: 1,
    completeFrom: start - TICKS_PER_HOUR / 2n,
    completeThrough: start - TICKS_PER_HOUR / 2n,
    frontThrough: start - TICKS_PER_HOUR / 2n,
  });
  makeBad(small.world.trouble, tenant.tenantId, HANGING, {
    place: 'in a crowd',
    scope: 'page',
    list: ['time-out'],
    byId: [],
    isLasting: true,
  });

  for (let polls = 0; polls < 6; polls += 1) {
    startPoll(small, undefined);
    await small.world.time.run(START_MS + (polls + 1) * INTERVAL_MS);
  }

  const { completeThrough, gaps } = small.state();
  expect(completeThrough).toBeGreaterThan(start);
  expect(gaps).toMatchObject([{ from: crowded, reason: 'source-unavailable' }]);
  expect(small.world.violations).toEqual([]);
});
