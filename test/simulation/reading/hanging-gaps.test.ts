import { expect, test } from '@jest/globals';
import { widenWindow, startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { newGap, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';
import { makeBad } from '../source/trouble.ts';

const INTERVAL_MS = HOUR_MS / 12;
const PAGE = 50;
/** With a minute each, more than an hour of polls. */
const HANGING = 24;

test('gaps that hang, and use up all the time of polls, leave every second poll to the second reading first', async () => {
  const tenant = buildTenant(HANGING);
  const start = ticksFromMs(START_MS);
  const from = ticksFromMs(START_MS - 30 * HOUR_MS);
  const gaps = [...tenant.visible()].map(({ updatedAt }): Gap => {
    const part = widenWindow({ from: updatedAt, to: updatedAt + 1n }, 'ms');
    return {
      ...newGap(part.from, part.to, 'source-unavailable', start - 1n),
      ...widenWindow(part, 's'),
      part: { ...part, isNarrow: true },
      retryAt: start,
    };
  });
  const small = startSmallWorld(tenant, PAGE, {
    status: 'active',
    completeFrom: from,
    completeThrough: start,
    frontThrough: start,
    gaps,
    reconcile: { ...startCycle(from, start, start), unit: 'ms' },
  });
  for (const incidentId of tenant.ids)
    makeBad(small.world.trouble, tenant.tenantId, incidentId, {
      place: 'one of three',
      scope: 'window',
      list: ['time-out'],
      byId: [],
      isLasting: true,
    });

  let polls = 0;
  for (; polls < 6 && small.state().reconcile !== undefined; polls += 1) {
    startPoll(small, undefined);
    await small.world.time.run(START_MS + (polls + 1) * INTERVAL_MS);
  }

  expect(small.state().reconcile).toBeUndefined();
  expect(small.state().gaps.filter(({ retryAt }) => retryAt === start).length).toBeGreaterThan(3);
});
