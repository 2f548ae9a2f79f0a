import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TICKS_PER_DAY, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedAlert } from '../cloud/seed-incidents.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const MOST_EXPANDABLE = 20;

/** An incident with more alerts than this Graph can expand. */
function addBig({ control, tenantId }: World): void {
  const at = control.now();
  const alerts = Array.from({ length: MOST_EXPANDABLE + 1 }, (_, place) => variedAlert(7, place, at - TICKS_PER_DAY));
  control.addIncident(tenantId, { lastUpdateTime: at - 5n * TICKS_PER_MINUTE, alerts });
}

/** Lists with alerts that Graph was asked for in the meantime. */
function countExpanded({ control, tenantId }: World, fails: (top: number) => boolean = () => false): () => number {
  let count = 0;
  control.addFault({
    name: 'with alerts',
    match: {
      role: 'graph-list',
      tenantId,
      predicate: ({ search, query }) => {
        if (search.get('$expand') === null) return false;
        count += 1;
        return fails(query?.top ?? 0);
      },
    },
    fault: { kind: 'status', status: 500 },
  });
  return () => count;
}

describe('a tenant whose lists fail with their alerts', () => {
  test('is read without a search, and by every other process as was learnt, until a day has passed', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId, time } = world;
    control.setGraphLimits({ mostExpandable: MOST_EXPANDABLE });
    seedIncidents(world, 20, spreadOver(world, 0.01, 20));
    addBig(world);

    const learnt = await createCollector(world).pollUntilComplete();

    expect(learnt.alertsApart).toMatchObject({ mostWith: 0 });
    expect(learnt.learntTop).toBeUndefined();
    // The window twice, without alerts, once more with them, and probes; then two polls of pages of ten.
    expect(control.countCalls({ role: 'graph-list', tenantId })).toBeLessThan(14);
    await expectIntact(world);

    const expanded = countExpanded(world);
    control.addIncident(tenantId);
    await createCollector(world).poll();
    expect(expanded()).toBe(0);
    await expectIntact(world);

    control.setGraphLimits({});
    time.advance(86_400_000);
    const later = await createCollector(world).poll();
    expect(expanded()).toBeGreaterThan(0);
    expect(later.alertsApart).toBeUndefined();
    await expectIntact(world);
  });

  test('is asked for smaller pages with alerts where only large ones fail', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId } = world;
    seedIncidents(world, 45, spreadOver(world, 0.01, 45));
    const expanded = countExpanded(world, (top) => top > 10);
    const collector = createCollector(world);

    const state = await collector.pollUntilComplete();

    expect(state).toMatchObject({ alertsApart: { mostWith: 10 }, learntTop: undefined });
    await expectIntact(world);
    const before = { expanded: expanded(), read: control.countCalls({ role: 'graph-get', tenantId }) };
    control.addIncident(tenantId);
    await collector.poll();
    expect(expanded()).toBeGreaterThan(before.expanded);
    expect(control.countCalls({ role: 'graph-get', tenantId })).toBe(before.read);
    await expectIntact(world);
  });

  test('is read on where more of them share an instant than one turn has calls for', async () => {
    const world = await cloud.createWorld('graph');
    const at = world.control.now() - TICKS_PER_DAY;
    seedIncidents(world, 90, () => at);
    countExpanded(world, () => true);

    const state = await createCollector(world).pollUntilComplete();

    expect(state.gaps).toEqual([]);
    expect(state.alertsApart?.mostWith).toBeLessThan(10);
    await expectIntact(world);
  });

  test('has what changed and kept its time, though it was read a moment before', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId } = world;
    seedIncidents(world, 5, spreadOver(world, 0.01, 5));
    countExpanded(world, () => true);
    const lastUpdateTime = control.now() - TICKS_PER_MINUTE;
    const { incidentId } = control.addIncident(tenantId, { lastUpdateTime });
    const collector = createCollector(world);
    await collector.pollUntilComplete();

    control.updateIncident(tenantId, incidentId, { status: 'Resolved', lastUpdateTime });
    await collector.poll();

    await expectIntact(world);
  });

  test('is told apart from one whose lists fail with or without them', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId } = world;
    seedIncidents(world, 45, spreadOver(world, 20, 45));
    control.addFault({
      name: 'large',
      match: { role: 'graph-list', tenantId, predicate: ({ query }) => (query?.top ?? 0) > 10 },
      fault: { kind: 'status', status: 504 },
    });

    const collector = createCollector(world);
    const state = await collector.pollUntilComplete();
    control.addIncident(tenantId);
    await collector.poll();

    expect(state).toMatchObject({ alertsApart: undefined, learntTop: { top: 10 } });
    // None had to be asked for by its id.
    expect(control.countCalls({ role: 'graph-get', tenantId })).toBe(0);
    await expectIntact(world);
  });
});

test('incidents that hang when they are read by their ids are stored without their alerts, and whole once they can be', async () => {
  const world = await cloud.createWorld('graph');
  const { control, tenantId, time } = world;
  seedIncidents(world, 12, spreadOver(world, 0.01, 12));
  const expanded = countExpanded(world, () => true);
  control.addFault({
    name: 'hangs',
    match: { role: 'graph-get', tenantId, predicate: ({ incidentId }) => Number(incidentId) % 3 === 0 },
    fault: { kind: 'reset' },
  });
  // A call that is cut after half a minute leaves a turn no time for another one.
  const beforeRespond = (): void => {
    time.advance(20);
  };
  control.setBeforeRespond((request) => {
    beforeRespond();
    if (request.role === 'graph-get' && Number(request.incidentId) % 3 === 0) time.advance(29_000);
  });
  const collector = createCollector(world);

  for (let poll = 0; poll < 10; poll += 1) await collector.poll();
  const state = await collector.poll();

  expect(expanded()).toBeGreaterThan(0);
  expect(state.gaps.map(({ reason }) => reason)).toEqual(Array(4).fill('alerts-pending'));
  expect(state.storedIncidents).toBe(12);
  expect(state.completeThrough ?? 0n).toBeGreaterThan(control.now() - 6n * TICKS_PER_MINUTE);
  control.clearFaults();
  control.setBeforeRespond(beforeRespond);
  for (let poll = 0; poll < 14; poll += 1) await collector.poll();
  expect((await collector.poll()).gaps).toEqual([]);
});
