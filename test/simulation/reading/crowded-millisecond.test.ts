import { expect, test } from '@jest/globals';
import { startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { TICKS_PER_MS, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
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
import { endTrouble, makeBad } from '../source/trouble.ts';

const QUIET_INCIDENTS = 30;
const PAGE = 4;
const CROWD = 9;
/** Between two of the quiet ones. */
const CROWDED_MS = START_MS - 20 * HOUR_MS - HOUR_MS / 2;

/** Incidents that the source cannot tell apart by time, as it compares milliseconds, and that print a time of their own each. */
function addCrowd(tenant: SourceTenant): string[] {
  return Array.from({ length: CROWD }, (_, index) => {
    const incidentId = String(2_000 + index);
    const updatedAt = ticksFromMs(CROWDED_MS) + TICKS_PER_MS - BigInt(CROWD - index);
    addIncident(tenant, incidentId, updatedAt);
    return incidentId;
  });
}

async function pollHourly(small: SmallWorld, polls: number): Promise<void> {
  for (let poll = 0; poll < polls; poll += 1) {
    startPoll(small, undefined);
    await small.world.time.run(small.world.time.now() + HOUR_MS);
  }
}

test.each(['page', 'window'] as const)(
  'of a crowd in one millisecond with an incident that fails its %s, all is a gap that is not stored, and no size is blamed',
  async (scope) => {
    const tenant = buildTenant(QUIET_INCIDENTS);
    const crowd = addCrowd(tenant);
    const small = startSmallWorld(tenant, PAGE, { status: 'active' });
    const { world, checker } = small;
    const bad = { list: ['status 503'], byId: [], scope, isLasting: false, place: 'in a crowd' } as const;
    makeBad(world.trouble, tenant.tenantId, crowd[6] ?? '', bad);

    await pollHourly(small, 12);
    expect(small.state()).toMatchObject({ live: undefined, backfill: undefined, learntTop: undefined });
    expect(small.state().gaps.length).toBeGreaterThan(0);
    // What fails only the pages that hold it hides none of its neighbours.
    expect(small.state().storedIncidents).toBe(QUIET_INCIDENTS + (scope === 'page' ? CROWD - 1 : 0));
    // What the checker holds against each commit: whatever is not stored lies in a gap.
    expect(world.violations).toEqual([]);

    endTrouble(world.trouble);
    await pollHourly(small, 12);
    expect(small.state().gaps).toEqual([]);
    checker.checkEnd();
    expect(world.violations).toEqual([]);
  },
);

test('a crowd in the millisecond that a cycle stands in is read as the source files it, and not incident by incident', async () => {
  const tenant = buildTenant(QUIET_INCIDENTS);
  addCrowd(tenant);
  const start = ticksFromMs(START_MS);
  const [from, to] = [ticksFromMs(CROWDED_MS - HOUR_MS), ticksFromMs(CROWDED_MS + HOUR_MS)];
  const cursor = ticksFromMs(CROWDED_MS) + TICKS_PER_MS - BigInt(CROWD);
  const small = startSmallWorld(tenant, PAGE, {
    status: 'active',
    completeFrom: from,
    completeThrough: cursor,
    frontThrough: start,
    backfill: { ...startCycle(from, to, start), cursor, bounds: [ticksFromMs(CROWDED_MS) + TICKS_PER_MS], unit: 'ms' },
  });
  const asked: string[] = [];
  small.world.afterCall = () => asked.push('call');

  startPoll(small, undefined);
  await small.world.time.run(small.world.time.now() + HOUR_MS);

  expect(small.state()).toMatchObject({ backfill: undefined, gaps: [] });
  expect(small.state().storedIncidents).toBeGreaterThanOrEqual(CROWD);
  expect(asked.length).toBeLessThan(2 * CROWD);
});

test('where the source compares milliseconds, windows that were cut more finely are not asked for one by one', async () => {
  const start = ticksFromMs(START_MS);
  const [from, to] = [ticksFromMs(CROWDED_MS - HOUR_MS), ticksFromMs(CROWDED_MS + HOUR_MS)];
  const cursor = ticksFromMs(CROWDED_MS);
  const small = startSmallWorld(buildTenant(QUIET_INCIDENTS), PAGE, {
    status: 'active',
    completeFrom: from,
    completeThrough: cursor,
    frontThrough: start,
    backfill: {
      ...startCycle(from, to, start),
      cursor,
      bounds: Array.from({ length: 60 }, (_, tick) => cursor + BigInt(tick + 1) * 10n),
      unit: 'ms',
    },
  });
  let calls = 0;
  small.world.afterCall = () => {
    calls += 1;
  };

  startPoll(small, undefined);
  await small.world.time.run(small.world.time.now() + HOUR_MS);

  expect(small.state().backfill).toBeUndefined();
  expect(calls).toBeLessThan(10);
});
