import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedIncident } from '../cloud/seed-incidents.ts';
import { afterEachPage, moveItemBetweenPages } from '../troubles/changes-while-paging.ts';
import { expectIntact, listCalls, versionsBetweenCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

/** Numbers that JavaScript would round to one and the same. */
const HUGE_IDS = ['9007199254740992', '9007199254740993'];

test('first read of 1,000 incidents stores each of them once', async () => {
  const world = await cloud.createWorld();
  const timeOf = spreadOver(world, 29, 1_000);
  seedIncidents(world, 1_000, timeOf, (number, at) => {
    const incidentId = HUGE_IDS[number];
    return { ...variedIncident(number, at), ...(incidentId === undefined ? {} : { incidentId }) };
  });

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  expect(listCalls(world)).toBeGreaterThan(10);
});

test('updates while paging are stored, in the versions that were served', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId } = world;
  const ids = seedIncidents(world, 250, spreadOver(world, 29, 250));
  afterEachPage(world, (page) => {
    const edit = { assignedTo: `edit ${page}`, status: page % 2 ? 'Resolved' : 'Active' };
    for (const at of [page * 7, 249 - page * 5, 120 + page]) {
      const id = ids[at];
      if (id !== undefined) control.updateIncident(tenantId, id, edit);
    }
    if (page === 3) control.redirectIncident(tenantId, ids[31] ?? '', ids[62] ?? '');
  });
  const seededAt = control.now();
  const collector = createCollector(world);

  await collector.poll();
  await expectIntact(world, { visibleBefore: seededAt });
  await collector.pollUntilComplete();
  control.setAfterPage(undefined);
  control.redirectIncident(tenantId, ids[51] ?? '', ids[82] ?? '');
  control.updateIncident(tenantId, ids[103] ?? '', { alerts: [] });
  await collector.poll();

  await expectIntact(world);
  expect(versionsBetweenCalls(world)).toBeGreaterThan(20);
});

test('an item that moves between pages is stored, and so are those that move up for it', async () => {
  const world = await cloud.createWorld();

  const { moved } = await moveItemBetweenPages(world);

  await expectIntact(world);
  expect(versionsBetweenCalls(world)).toBe(1);
  expect(world.control.incident(world.tenantId, moved)?.json).toContain('"moved"');
});
