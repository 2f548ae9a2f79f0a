import { expect, test } from '@jest/globals';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';

const INCIDENTS = 40;

test('an incident that is dated back behind the windows already read, after a full page has shown it, is stored as it is now', async () => {
  const tenant = buildTenant(INCIDENTS);
  const small = startSmallWorld(tenant, 8);
  const { world, state } = small;
  const second = tenant.current('1001');
  if (second === undefined) throw new Error('Every incident of this tenant is visible');
  const behind = ticksFromMs(START_MS - INCIDENTS * HOUR_MS) + 5_678n;
  let isMoved = false;
  world.afterCall = () => {
    const cursor = state().backfill?.cursor ?? 0n;
    if (isMoved || cursor <= behind || cursor > second.updatedAt) return;
    isMoved = true;
    tenant.add({ ...second, order: INCIDENTS + 1, updatedAt: behind, visibleAtMs: START_MS });
  };
  for (let poll = 0; poll < 4; poll += 1) {
    startPoll(small, undefined);
    await world.time.run(world.time.now() + HOUR_MS);
  }

  expect(isMoved).toBe(true);
  expect(state().completeThrough).toBeGreaterThan(second.updatedAt);
  small.checker.checkEnd();
  expect(world.violations).toEqual([]);
});
