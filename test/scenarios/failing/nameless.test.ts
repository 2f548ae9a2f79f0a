import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readIncidentRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import { incidentKey } from '../../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_HOUR, TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
  cloud.simulator.control.setTokenLifetime(60 * 86_400);
});
afterAll(() => cloud.stop());

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NO_ID = { rawOmit: ['incidentId'] };
const NOTHING = { rawJson: 'null' };

function spoil({ control, tenantId }: World, ids: readonly string[], how: object): void {
  for (const id of ids) control.updateIncident(tenantId, id, { keepsUpdateTime: true, ...how });
}

/** As the source should list them, with the times that they had. */
function mend({ control, tenantId }: World, ids: readonly string[]): void {
  for (const id of ids) control.updateIncident(tenantId, id, { keepsUpdateTime: true });
}

/** Hourly polls. */
async function pollFor(world: World, collector: Collector, ms: number): Promise<TenantState> {
  let state = await collector.poll();
  for (const endMs = world.time.nowMs() + ms; world.time.nowMs() < endMs; state = await collector.poll())
    world.time.advance(HOUR_MS);
  return state;
}

const reasons = ({ gaps }: TenantState): string[] => gaps.map(({ reason }) => reason);

describe('incidents that are listed without their ids are never called complete before they are stored', () => {
  test('more of them than there is room for gaps: some share one, the others are stored and the news goes on', async () => {
    const world = await cloud.createWorld();
    const timeOf = spreadOver(world, 20, 45);
    const nameless = seedIncidents(world, 45, timeOf).slice(0, 35);
    spoil(world, nameless, NO_ID);
    const collector = createCollector(world);

    const state = await pollFor(world, collector, 2 * HOUR_MS);

    expect(state.lastError).toBeUndefined();
    expect(state.gaps.length).toBeLessThanOrEqual(32);
    expect(state.storedIncidents).toBe(10);
    const { completeThrough = 0n } = state;
    expect(completeThrough).toBeGreaterThan(world.control.now() - TICKS_PER_HOUR);
    const isInGap = (at: Ticks): boolean => state.gaps.some(({ from, to }) => from <= at && at < to);
    expect(nameless.filter((_, number) => !isInGap(timeOf(number)))).toEqual([]);

    mend(world, nameless);
    const { gaps, lastError, storedIncidents } = await pollFor(world, collector, 9 * DAY_MS);

    expect({ gaps, lastError, storedIncidents }).toEqual({ gaps: [], lastError: undefined, storedIncidents: 45 });
    await expectIntact(world);
  });

  test.each(['milliseconds', 'seconds'] as const)('from a source that compares %s and prints ticks', async (unit) => {
    const world = await cloud.createWorld();
    world.control.addFault({
      name: 'coarse',
      match: { role: 'incident-list', tenantId: world.tenantId },
      fault: { kind: 'filter-precision', unit },
    });
    const ids = seedIncidents(world, 30, spreadOver(world, 20, 30));
    const nameless = [3, 9, 15, 21, 27].map((place) => ids[place] ?? '');
    spoil(world, nameless, NO_ID);
    const collector = createCollector(world);

    const state = await pollFor(world, collector, 2 * DAY_MS);

    expect(reasons(state)).toEqual(nameless.map(() => 'incident-without-id'));
    await expectIntact(world, { except: nameless, gaps: 5 });

    mend(world, nameless);
    expect(await pollFor(world, collector, 2 * DAY_MS)).toMatchObject({ gaps: [] });
    await expectIntact(world);
  });

  test.each([
    ['neither an id nor a time', NOTHING],
    ['no id and no time of an update', { rawOmit: ['incidentId', 'lastUpdateTime'] }],
  ])('with %s', async (_name, how) => {
    const world = await cloud.createWorld();
    const ids = seedIncidents(world, 30, spreadOver(world, 20, 30));
    const nameless = ids.slice(12, 13);
    spoil(world, nameless, how);
    const collector = createCollector(world);

    const state = await pollFor(world, collector, 5 * HOUR_MS);

    expect(reasons(state)).toEqual(['incident-without-id']);

    mend(world, nameless);
    expect(await pollFor(world, collector, 2 * HOUR_MS)).toMatchObject({ gaps: [] });
    await expectIntact(world);
  });

  test('and seen by many polls that leave one gap', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 10, spreadOver(world, 5, 10));
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    const [late = ''] = seedIncidents(world, 1, () => world.control.now() - TICKS_PER_MINUTE);
    spoil(world, [late], NOTHING);

    for (let polls = 0; polls < 12; polls += 1) await collector.poll();

    expect(reasons(await collector.poll())).toEqual(['incident-without-id']);
    mend(world, [late]);
    expect(await pollFor(world, collector, 2 * HOUR_MS)).toMatchObject({ gaps: [] });
    await expectIntact(world);
  });
});

test('a gap stays while its list shows fewer than it did, and goes a week later: what has moved is read where it is', async () => {
  const world = await cloud.createWorld();
  const ids = seedIncidents(world, 12, spreadOver(world, 5, 12));
  const [moved = ''] = ids.slice(6);
  spoil(world, [moved], NO_ID);
  const collector = createCollector(world);
  await collector.pollUntilComplete();

  const { lastUpdateTime } = world.control.updateIncident(world.tenantId, moved, { severity: 'High' });
  const soon = await pollFor(world, collector, 5 * DAY_MS);
  const later = await pollFor(world, collector, 4 * DAY_MS);

  expect([reasons(soon), reasons(later)]).toEqual([['incident-without-id'], []]);
  expect(later.storedIncidents).toBe(ids.length);
  const row = await world.incidents.table.get(shardOf(world.tenantId), incidentKey(world.tenantId, moved));
  expect(readIncidentRow(row?.properties ?? {}).updatedAt).toBe(lastUpdateTime);
});

test('a list that hides them closes no gap', async () => {
  const world = await cloud.createWorld();
  const ids = seedIncidents(world, 12, spreadOver(world, 5, 12));
  const nameless = ids.slice(6, 8);
  spoil(world, nameless, NO_ID);
  const collector = createCollector(world);
  await collector.pollUntilComplete();
  world.control.addFault({
    name: 'hidden',
    match: { role: 'incident-list', tenantId: world.tenantId },
    fault: { kind: 'stale-replica', lagMs: 30 * DAY_MS },
  });

  const hidden = await pollFor(world, collector, 5 * HOUR_MS);

  expect(reasons(hidden)).toEqual(['incident-without-id', 'incident-without-id']);
  world.control.clearFaults();
  mend(world, nameless);
  expect(await pollFor(world, collector, 2 * HOUR_MS)).toMatchObject({ gaps: [] });
  await expectIntact(world);
});
