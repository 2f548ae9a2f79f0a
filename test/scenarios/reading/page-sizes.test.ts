import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { createCollector, INTERVAL_MS } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact, listCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const HOUR_MS = 3_600_000;
const TIMED_OUT: Fault = { kind: 'status', status: 504 };

/** Every list fails that asks for more than `limit` incidents. */
function limitPages({ control, tenantId }: World, limit: number): void {
  control.addFault({
    name: 'large page',
    match: { role: 'incident-list', tenantId, predicate: ({ query }) => (query?.top ?? 0) > limit },
    fault: TIMED_OUT,
  });
}

const failedCalls = ({ control, tenantId }: World): number => control.countCalls({ fault: 'large page', tenantId });

describe('a source whose pages above a size fail', () => {
  test.each([99, 50, 24, 10, 4, 2, 1])('of %s: the size is learnt in the first poll and kept', async (limit) => {
    const world = await cloud.createWorld();
    seedIncidents(world, 30, spreadOver(world, 20, 30));
    limitPages(world, limit);
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    const learnt = failedCalls(world);
    await expectIntact(world);

    const calls = listCalls(world);
    for (let poll = 0; poll < 12; poll += 1) {
      seedIncidents(world, 1, () => world.control.now());
      const { lastError } = await collector.poll();
      expect(lastError).toBeUndefined();
    }
    await expectIntact(world);
    console.log(
      `pages above ${limit}: ${learnt} failed calls in the first read, ${failedCalls(world) - learnt} in 12 polls of ${listCalls(world) - calls} calls`,
    );
    // Two cycles of the first read, each with the first size twice and then all smaller ones, once again where it is confirmed.
    expect(learnt).toBeLessThanOrEqual(20);
    expect(failedCalls(world)).toBe(learnt);
  });
});

test('a larger page is asked for again once a day, and its size is back when the fault has passed', async () => {
  const world = await cloud.createWorld();
  seedIncidents(world, 30, spreadOver(world, 20, 30));
  limitPages(world, 10);
  await createCollector(world).pollUntilComplete();

  /** A day in which every poll finds twelve incidents, more than a page holds. */
  const liveForADay = async (): Promise<number> => {
    const before = failedCalls(world);
    const collector = createCollector(world);
    for (let hour = 0; hour < 24; hour += 3) {
      world.time.advance(3 * HOUR_MS - INTERVAL_MS);
      world.lastTickMs = world.time.nowMs() - INTERVAL_MS;
      seedIncidents(world, 12, (number) => world.control.now() - BigInt(number) * 10_000_000n);
      await collector.poll();
    }
    return failedCalls(world) - before;
  };
  await liveForADay();
  expect(await liveForADay()).toBe(1);
  world.control.clearFaults();
  await liveForADay();
  // A page that is not full shows no reason to ask for a larger one.
  seedIncidents(world, 120, (number) => world.control.now() - BigInt(number) * 1_000_000n);
  world.time.advance(INTERVAL_MS);
  const last = await createCollector(world).pollUntilComplete();

  expect(last.learntTop).toBeUndefined();
  await expectIntact(world);
});
