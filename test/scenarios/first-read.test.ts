import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { afterEachPage, moveItemBetweenPages } from './changes-while-paging.ts';
import { createCollector } from './collector.ts';
import { expectIntact, listCalls } from './expectations.ts';
import { seedIncidents, spreadOver } from './seed-incidents.ts';
import { startScenarioCloud, type ScenarioCloud } from './scenario-cloud.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

test('first read of 1,000 incidents stores each of them once', async () => {
  const world = await cloud.createWorld();
  seedIncidents(world, 1_000, spreadOver(world, 29, 1_000));

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  expect(world.control.countCalls({ status: 429 })).toBe(0);
});

test('updates while paging are stored, in the versions that were served', async () => {
  const world = await cloud.createWorld();
  const ids = seedIncidents(world, 400, spreadOver(world, 29, 400));
  let updates = 0;
  afterEachPage(world, (page) => {
    for (const at of [page * 7, 399 - page * 5, 200 + page]) {
      const id = ids[at];
      if (id === undefined) continue;
      updates += 1;
      world.control.updateIncident(world.tenantId, id, {
        assignedTo: `edit ${page}`,
        status: page % 2 ? 'Resolved' : 'Active',
      });
    }
  });
  const seededAt = world.control.now();
  const collector = createCollector(world);

  await collector.poll();
  await expectIntact(world, { visibleBefore: seededAt });
  await collector.pollUntilComplete();
  world.control.setAfterPage(undefined);
  await collector.poll();

  await expectIntact(world);
  expect(updates).toBeGreaterThan(20);
});

test('an item that moves between pages is stored, and so are those that move up for it', async () => {
  const world = await cloud.createWorld();

  const { moved } = await moveItemBetweenPages(world);

  await expectIntact(world);
  expect(listCalls(world)).toBeGreaterThan(3);
  expect(world.control.incident(world.tenantId, moved)?.json).toContain('"moved"');
});
