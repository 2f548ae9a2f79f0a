import { expect, test } from '@jest/globals';
import { TICKS_PER_SECOND, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import {
  addIncident,
  buildTenant,
  HOUR_MS,
  START_MS,
  startPoll,
  startSmallWorld,
  type SmallWorld,
} from '../small-world.ts';
import type { SourceTenant } from '../source/sim-source.ts';
import { makeBad } from '../source/trouble.ts';

const QUIET_INCIDENTS = 5;
const PAGE = 4;
/** To peel off half a page after the other takes more calls than one poll has, and so do its reads by id. */
const CROWD = 200;

/** Incidents of one instant, each created at a time of its own or all together. */
function addCrowd(tenant: SourceTenant, apart: bigint): void {
  const updatedAt = ticksFromMs(START_MS - 30 * HOUR_MS);
  for (let index = 0; index < CROWD; index += 1)
    addIncident(tenant, String(2_000 + index), updatedAt, updatedAt - BigInt(CROWD - index) * apart);
}

async function pollForDays(small: SmallWorld, days: number): Promise<void> {
  for (let poll = 0; poll < days * 48; poll += 1) {
    startPoll(small, undefined);
    await small.world.time.run(small.world.time.now() + HOUR_MS / 2);
  }
}

test('a crowd of one instant that takes several polls is read whole, and so is its second reading', async () => {
  const tenant = buildTenant(QUIET_INCIDENTS);
  addCrowd(tenant, TICKS_PER_SECOND);
  const small = startSmallWorld(tenant, PAGE);

  await pollForDays(small, 3);

  expect(small.state().storedIncidents).toBe(QUIET_INCIDENTS + CROWD);
  expect(small.state().reconciledThrough).toBeGreaterThan(ticksFromMs(START_MS));
  small.checker.checkEnd();
  expect(small.world.violations).toEqual([]);
});

test('a crowd of one instant that nothing parts and no poll can read becomes a gap, and what stands behind it is read', async () => {
  const tenant = buildTenant(QUIET_INCIDENTS);
  addCrowd(tenant, 0n);
  const small = startSmallWorld(tenant, PAGE);

  await pollForDays(small, 1);

  expect(small.state()).toMatchObject({ backfill: undefined, gaps: [{ reason: 'instant-cannot-be-paged' }] });
  expect(small.state().completeThrough).toBeGreaterThan(ticksFromMs(START_MS));
});

test('a crowd of one instant with an incident whose pages hang becomes a gap, and what stands behind it is read', async () => {
  const tenant = buildTenant(QUIET_INCIDENTS);
  addCrowd(tenant, 0n);
  const small = startSmallWorld(tenant, PAGE);
  makeBad(small.world.trouble, tenant.tenantId, '2001', {
    list: ['time-out'],
    byId: [],
    scope: 'page',
    isLasting: true,
    place: 'in a crowd',
  });

  await pollForDays(small, 1);

  expect(small.state()).toMatchObject({ backfill: undefined, live: undefined });
  expect(small.state().completeThrough).toBeGreaterThan(ticksFromMs(START_MS));
});
