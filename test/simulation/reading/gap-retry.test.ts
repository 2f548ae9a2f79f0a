import { expect, test } from '@jest/globals';
import { newGap } from '../../../shared/domain/reading/gaps.ts';
import { isInside, widenWindow } from '../../../shared/domain/reading/read-cycle.ts';
import { ticksFromMs, TICKS_PER_MS } from '../../../shared/domain/values/ticks.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';
import { makeBad } from '../source/trouble.ts';

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

test('a gap of a whole second, narrow to a run that took times for coarse, is cut again around what fails in it', async () => {
  const tenant = buildTenant(2);
  const [bad] = [...tenant.visible()];
  if (bad === undefined) throw new Error('A tenant of two incidents has one');
  const beside = bad.updatedAt + 300n * TICKS_PER_MS;
  tenant.add({ ...bad, incidentId: '2000', order: 3, createdAt: beside, updatedAt: beside });
  const start = ticksFromMs(START_MS);
  const second = widenWindow({ from: bad.updatedAt, to: beside }, 's');
  const small = startSmallWorld(tenant, 50, {
    status: 'active',
    completeFrom: ticksFromMs(START_MS - 20 * HOUR_MS),
    completeThrough: start,
    frontThrough: start,
    gaps: [
      {
        ...newGap(second.from, second.to, 'source-unavailable', start),
        retryAt: start,
        part: { ...second, isNarrow: true },
      },
    ],
  });
  makeBad(small.world.trouble, tenant.tenantId, bad.incidentId, {
    place: 'one of three',
    scope: 'window',
    list: ['status 500'],
    byId: [],
    isLasting: true,
  });

  for (let poll = 0; poll < 3; poll += 1) {
    startPoll(small, undefined);
    await small.world.time.run(small.world.time.now() + HOUR_MS);
  }

  expect(small.state().storedIncidents).toBe(1);
  const [gap] = small.state().gaps;
  expect(gap?.part).toMatchObject({ isNarrow: true });
  expect(isInside(gap?.part ?? second, bad.updatedAt)).toBe(true);
  expect(isInside(gap?.part ?? second, beside)).toBe(false);
});
