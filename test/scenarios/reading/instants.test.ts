import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tenantListRange } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_DAY, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { createCollector } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedIncident } from '../cloud/seed-incidents.ts';
import { afterEachPage } from '../troubles/changes-while-paging.ts';
import { countShuffledPages } from '../troubles/shuffled-pages.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

/** `count` incidents of one tick, between others. With `alike` nothing but `$skip` can tell them apart. */
function seedTies(world: World, count: number, alike: boolean): { ids: string[]; instant: Ticks } {
  const instant = world.control.now() - 3n * TICKS_PER_DAY - 7n;
  seedIncidents(world, 40, spreadOver(world, 6, 40));
  const ids = seedIncidents(
    world,
    count,
    () => instant,
    (number, at) => {
      const varied = variedIncident(number, at);
      return alike ? { ...varied, createdTime: at, status: 'Active' } : varied;
    },
  );
  return { ids, instant };
}

function callsOfInstant({ control }: World, instant: Ticks) {
  return control
    .log()
    .flatMap(({ query }) => (query === undefined ? [] : [query]))
    .filter(({ conditions }) =>
      conditions.some((one) => one.field === 'lastUpdateTime' && one.operator === 'lt' && one.ticks === instant + 1n),
    );
}

test('350 incidents in one instant are told apart by their creation', async () => {
  const world = await cloud.createWorld();
  const { instant } = seedTies(world, 350, false);

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  const calls = callsOfInstant(world, instant);
  expect(calls.some(({ conditions }) => conditions.some(({ field }) => field === 'createdTime'))).toBe(true);
});

test('350 ties with two updates between pages', async () => {
  const world = await cloud.createWorld();
  const { ids, instant } = seedTies(world, 350, true);
  let skipped = 0;
  afterEachPage(world, () => {
    const isPaging = callsOfInstant(world, instant).some(({ skip }) => skip > 0);
    if (!isPaging || ++skipped > 3) return;
    for (const at of [skipped * 11, 340 - skipped * 13])
      world.control.updateIncident(world.tenantId, ids[at] ?? '', {
        severity: 'High',
        incidentName: `moved ${skipped}`,
      });
  });

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  expect(skipped).toBeGreaterThan(2);
});

/** More pages than these take more calls than a turn has, when each has an order of its own. */
const UNORDERED_TIES = defaultSource() === 'graph' ? 175 : 350;

test('ties with another order per call', async () => {
  const world = await cloud.createWorld();
  const { instant } = seedTies(world, UNORDERED_TIES, true);
  world.control.setOrder('unordered');

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  expect(callsOfInstant(world, instant).filter(({ skip }) => skip > 0).length).toBeGreaterThan(5);
});

test('unordered answers hide nothing', async () => {
  const world = await cloud.createWorld();
  seedIncidents(world, 220, spreadOver(world, 25, 220));
  world.control.setOrder('unordered');
  const shuffled = countShuffledPages();

  await createCollector(world, { wrapSource: shuffled.wrapSource }).pollUntilComplete();

  await expectIntact(world);
  expect(shuffled.count()).toBeGreaterThan(3);
});

test('two edits in one instant are two versions', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId } = world;
  const [edited = '', untouched = ''] = seedIncidents(world, 20, spreadOver(world, 0.01, 20));
  const collector = createCollector(world);
  await collector.pollUntilComplete();

  const first = control.updateIncident(tenantId, edited, { severity: 'High' });
  await collector.poll();
  control.updateIncident(tenantId, edited, { keepsUpdateTime: true, incidentName: 'second edit' });
  control.updateIncident(tenantId, untouched, { severity: 'Low' });
  control.updateIncident(tenantId, untouched, { keepsUpdateTime: true, incidentName: 'both before one read' });
  await collector.poll();

  await expectIntact(world);
  const ofInstant = control
    .truth(tenantId)
    .versions.filter(({ lastUpdateTime }) => lastUpdateTime === first.lastUpdateTime);
  expect(ofInstant).toHaveLength(2);
});

test('an incident that is updated every second is stored at each poll', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId, time } = world;
  const ids = seedIncidents(world, 120, spreadOver(world, 2, 120));
  const busy = ids[60] ?? '';
  const collector = createCollector(world);
  afterEachPage(world, () => {
    time.advance(1_000);
    control.updateIncident(tenantId, busy, { severity: 'High', assignedTo: `at ${time.nowMs()}` });
  });

  for (let poll = 1; poll <= 5; poll += 1) {
    const { lastUpdateTime } = control.updateIncident(tenantId, busy, { severity: 'Low' });
    await collector.poll();
    const range = tenantListRange(tenantId, lastUpdateTime, control.now());
    const { rows } = await world.incidents.table.list(shardOf(tenantId), range);
    expect(rows.map(({ properties }) => properties['incidentId'])).toEqual([busy]);
  }
  control.setAfterPage(undefined);
  await collector.poll();

  await expectIntact(world);
});
