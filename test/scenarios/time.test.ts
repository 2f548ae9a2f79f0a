import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TICKS_PER_MINUTE } from '../../shared/domain/ticks.ts';
import { expectIntact } from './expectations.ts';
import { showIncidentsLate } from './late-visibility.ts';
import { startScenarioCloud, type ScenarioCloud } from './scenario-cloud.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

test('visibility 20 minutes late: each incident is stored although its time was read before', async () => {
  const world = await cloud.createWorld();

  await showIncidentsLate(world);

  await expectIntact(world);
  const { control, tenantId } = world;
  const late = [...control.truth(tenantId).incidents.values()].filter(
    ({ visibleAt, lastUpdateTime }) => visibleAt - lastUpdateTime >= 20n * TICKS_PER_MINUTE && lastUpdateTime > 0n,
  );
  const readEarly = late.filter(({ lastUpdateTime, visibleAt }) =>
    control.log().some(({ role, at }) => role === 'defender-list' && at > lastUpdateTime && at < visibleAt),
  );
  expect(readEarly.length).toBeGreaterThanOrEqual(6);
});

test.each([
  ['ahead', 600_000],
  ['behind', -600_000],
])("a worker's clock 10 minutes %s of the service's changes nothing", async (_name, offsetMs) => {
  const world = await cloud.createWorld();
  const clock = world.time.skewed(offsetMs);

  await showIncidentsLate(world, { clock });

  await expectIntact(world);
  expect(clock.nowMs() - world.time.nowMs()).toBe(offsetMs);
});
