import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isRole } from '../../../local/simulator/http/simulated-request.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { TICKS_PER_MS } from '../../../shared/domain/values/ticks.ts';
import { createCollector, INTERVAL_MS } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact, expectServed } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

/** 160 incidents of the last three weeks, and one fault at one answer of the first read, or at all of them. */
async function worldWith(fault: Fault, nthMatching?: number): Promise<World> {
  const world = await cloud.createWorld();
  seedIncidents(world, 160, spreadOver(world, 21, 160));
  const match = { role: 'incident-list', tenantId: world.tenantId } as const;
  world.control.addFault({
    name: 'fault',
    match: nthMatching === undefined ? match : { ...match, nthMatching },
    fault,
  });
  return world;
}

/** From the answer with the fault to the next call, in ms. */
function waitAfterFault({ control }: World): number {
  const log = control.log().filter(({ role }) => isRole(role, 'incident-list'));
  const at = log.findIndex(({ faults }) => faults.includes('fault'));
  return Number(((log[at + 1]?.at ?? 0n) - (log[at]?.at ?? 0n)) / TICKS_PER_MS);
}

test('a 503 on the third page is read again', async () => {
  const world = await worldWith({ kind: 'status', status: 503 }, 3);

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  expectServed(world, 'fault', 1);
  expect(waitAfterFault(world)).toBeGreaterThanOrEqual(375);
});

describe('a 429 on the third page is obeyed', () => {
  test.each([
    ['header', 'header-seconds', 17_000],
    ['a date in the header', 'header-date', 16_000],
    ['body seconds', 'body-seconds', 17_000],
    ['neither', 'none', 7_500],
  ] as const)('with %s', async (_name, form, waitMs) => {
    const world = await worldWith({ kind: 'throttle', form, seconds: 17 }, 3);

    await createCollector(world).pollUntilComplete();

    await expectIntact(world);
    expectServed(world, 'fault', 1);
    expect(waitAfterFault(world)).toBeGreaterThanOrEqual(waitMs);
    expect(waitAfterFault(world)).toBeLessThan(20_000);
  });
});

test('$top clamped to half of a page is found out', async () => {
  const half = defaultSource() === 'graph' ? 25 : 50;
  const world = await worldWith({ kind: 'clamp-top', top: half });

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  const altered = world.control.log().filter(({ isAltered, items }) => isAltered && items === half);
  expect(altered.length).toBeGreaterThan(2);
});

test.each([
  ['to the end', false],
  ['up to $top', true],
])('a short page with nextLink is not the end, %s', async (_name, stopsAtTop) => {
  const world = await worldWith({ kind: 'next-link', pageSize: 30, origin: 'same', stopsAtTop });

  await createCollector(world).pollUntilComplete();

  await expectIntact(world);
  const short = world.control.log().filter(({ isAltered, items }) => isAltered && items === 30);
  expect(short.length).toBeGreaterThan(2);
});

test('short pages with nextLink after whole pages are not the end either', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId } = world;
  const ids = seedIncidents(world, 160, spreadOver(world, 21, 160));
  const collector = createCollector(world);
  await collector.pollUntilComplete();
  for (const id of ids.slice(0, 70)) control.updateIncident(tenantId, id, { severity: 'High' });
  const fault = { kind: 'next-link', pageSize: 30, origin: 'same' } as const;
  control.addFault({ name: 'fault', match: { role: 'incident-list', tenantId }, fault });

  await collector.poll();

  await expectIntact(world);
  expect(control.log().filter(({ isAltered }) => isAltered).length).toBeGreaterThan(0);
});

test('a replica that is three minutes behind hides nothing for good', async () => {
  const world = await worldWith({ kind: 'stale-replica', lagMs: 180_000 });
  const { control, tenantId } = world;
  world.time.advance(200_000);
  const collector = createCollector(world);
  await collector.pollUntilComplete();
  world.time.advance(INTERVAL_MS - 30_000);
  const { incidentId } = control.addIncident(tenantId);
  control.updateIncident(tenantId, incidentId, { severity: 'High' });

  await collector.poll();
  await collector.poll();

  await expectIntact(world);
  expect(control.log().filter(({ isAltered }) => isAltered).length).toBeGreaterThan(0);
});
