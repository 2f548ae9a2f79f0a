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
