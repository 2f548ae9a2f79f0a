import { expect, test } from '@jest/globals';
import { addBounds, startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';

const INCIDENTS = 60;
const PAGE = 50;

test('windows that smaller pages have cut, each with one incident, are joined', async () => {
  const tenant = buildTenant(INCIDENTS);
  const start = ticksFromMs(START_MS);
  const from = ticksFromMs(START_MS - 70 * HOUR_MS);
  const times = [...tenant.visible()].map(({ updatedAt }) => updatedAt);
  const small = startSmallWorld(tenant, PAGE, {
    status: 'active',
    completeFrom: from,
    completeThrough: from,
    frontThrough: start,
    backfill: { ...startCycle(from, start, start), bounds: addBounds([], times) },
    longestPage: PAGE,
  });

  startPoll(small, undefined);
  await small.world.time.run(small.world.time.now() + HOUR_MS);

  expect(small.state()).toMatchObject({ backfill: undefined, storedIncidents: INCIDENTS });
  const calls = [...small.checker.ledgers.values()].flatMap((ledger) => ledger.calls.defender);
  expect(calls.length).toBeLessThanOrEqual(INCIDENTS / 4);
  expect(small.world.violations).toEqual([]);
});
