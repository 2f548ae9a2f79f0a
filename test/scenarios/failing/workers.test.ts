import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SliceMessage } from '../../../shared/domain/collection/slice.ts';
import { countOutcomes, createCollector, INTERVAL_MS, type Collector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { commitLate } from '../troubles/late-commit.ts';
import { expectIntact, listCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

async function dispatchOne(collector: Collector): Promise<SliceMessage> {
  const [message, ...others] = await collector.dispatch();
  if (message === undefined || others.length > 0) throw new Error('One message was expected');
  return message;
}

async function worldOf(incidents: number): Promise<World> {
  const world = await cloud.createWorld();
  seedIncidents(world, incidents, spreadOver(world, 25, incidents));
  return world;
}

test('two workers on the same tenant at once: one goes on, the other stops, nothing is stored twice', async () => {
  const world = await worldOf(200);
  const [one, two] = [createCollector(world), createCollector(world)];
  const message = await dispatchOne(one);

  await Promise.all([one.deliver(message), two.deliver(message)]);
  await one.pollUntilComplete();

  await expectIntact(world);
  expect(countOutcomes(one, 'taken') + countOutcomes(two, 'taken')).toBe(1);
});

test('the same queue message three times costs nothing the second and third time', async () => {
  const world = await worldOf(150);
  const collector = createCollector(world);
  const message = await dispatchOne(collector);
  await collector.deliver(message);
  const callsOfFirst = listCalls(world);

  await collector.deliver(message);
  await createCollector(world).deliver(message, 2);

  expect(listCalls(world)).toBe(callsOfFirst);
  expect(countOutcomes(collector, 'skipped')).toBe(1);
  await expectIntact(world);
  world.time.advance(INTERVAL_MS);
  await collector.pollUntilComplete();
  await expectIntact(world);
});

test('a worker that was stopped for ten minutes before its commit changes nothing', async () => {
  const world = await cloud.createWorld();

  const late = await commitLate(world);

  expect(countOutcomes(late, 'taken')).toBe(1);
  await expectIntact(world);
});
