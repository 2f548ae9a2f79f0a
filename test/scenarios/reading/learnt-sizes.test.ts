import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ListQuery } from '../../../local/simulator/http/list-query.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { isAskedFor } from '../troubles/poisoned-windows.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const SOURCE_TOP = { defender: 100, graph: 50 };
const TIMED_OUT: Fault = { kind: 'status', status: 504 };

/** Every list fails that has to send more than `limit` incidents. */
function limitEntries({ control, tenantId }: World, limit: number): void {
  const countIn = (query: ListQuery): number =>
    [...control.truth(tenantId).incidents.values()].filter((incident) => isAskedFor(query, incident.lastUpdateTime))
      .length - query.skip;
  control.addFault({
    name: 'large page',
    match: {
      role: 'incident-list',
      tenantId,
      predicate: ({ query }) => query !== undefined && Math.min(query.top, countIn(query)) > limit,
    },
    fault: TIMED_OUT,
  });
}

test.each([
  [60, 50],
  [25, 25],
  [12, 10],
  [4, 2],
])('of a source that cannot send more than %s incidents at once, %s is learnt', async (limit, size) => {
  const world = await cloud.createWorld();
  seedIncidents(world, 150, spreadOver(world, 20, 150));
  limitEntries(world, limit);

  const state = await createCollector(world).pollUntilComplete();

  expect(state.learntTop?.top).toBe(size < SOURCE_TOP[world.source] ? size : undefined);
  expect(state.alertsApart).toBeUndefined();
  await expectIntact(world);
});

test('failures that have passed when all of the window is read teach no size', async () => {
  const world = await cloud.createWorld();
  seedIncidents(world, 150, spreadOver(world, 20, 150));
  let asked = 0;
  world.control.addFault({
    name: 'passing',
    match: {
      role: 'incident-list',
      tenantId: world.tenantId,
      // The first read's window and its repetition; the page of one that follows is sent.
      predicate: ({ query }) => query?.top === SOURCE_TOP[world.source] && (asked += 1) <= 2,
    },
    fault: TIMED_OUT,
  });

  const state = await createCollector(world).pollUntilComplete();

  expect(asked).toBeGreaterThan(2);
  expect(state.learntTop).toBeUndefined();
  expect(state.alertsApart).toBeUndefined();
  await expectIntact(world);
});
