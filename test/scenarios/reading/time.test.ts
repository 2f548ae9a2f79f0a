import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isRole } from '../../../local/simulator/http/simulated-request.ts';
import { readChangeQuery } from '../../../shared/domain/queries/change-query.ts';
import { formatTicks, TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import { listChanges } from '../../../shared/querying/list-changes.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { ticksOf } from '../../helpers/seed.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { showIncidentsLate } from '../troubles/late-visibility.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
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
    control.log().some(({ role, at }) => isRole(role, 'incident-list') && at > lastUpdateTime && at < visibleAt),
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

test('a tenant blind from 22:00 to 06:30 is named by the changes since 06:00, not by those since 06:35', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId, time } = world;
  const collector = createCollector(world);
  const blindSince = (await collector.pollUntilComplete()).completeThrough ?? 0n;
  control.setConsent(tenantId, false);
  // The token that it has is good for an hour.
  time.advance(90 * 60_000);
  await collector.poll();
  time.advance(7 * 3_600_000);
  control.setConsent(tenantId, true);

  await collector.poll();

  const sees = world.incidents.table.serviceTime();
  const names = createTenantNames(world.tenants.table, time);
  const ask = (since: Ticks) => {
    const coverage = createCoverageReader(world.incidents.table, names, collector.deps.settings, time);
    const query = readChangeQuery(
      new URLSearchParams({ since: formatTicks(since) }),
      world.incidents.table.serviceTime(),
    );
    return listChanges({ incidents: world.incidents.table, names, coverage }, query);
  };
  time.advance(5 * 60_000);
  const { blind } = (await ask(sees - 30n * TICKS_PER_MINUTE)).coverage;
  expect(blind).toMatchObject([{ tenantId, tenantName: 'Northwind', since: formatTicks(blindSince) }]);
  expect(blind[0]?.code).toMatch(/^(consent-missing|missing-role|unauthorized|forbidden)$/);
  expect(Math.abs(Number(ticksOf(blind[0]?.until ?? '') - sees))).toBeLessThan(Number(TICKS_PER_MINUTE));
  expect((await ask(sees + TICKS_PER_MINUTE)).coverage).toMatchObject({ blindCount: 0, blind: [] });
});
