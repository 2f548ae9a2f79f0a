import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIncident, type IncidentDetail } from '../../shared/get-incident.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createTenantNames } from '../../shared/tenant-names.ts';
import { createCollector } from './collector.ts';
import { expectIntact } from './expectations.ts';
import { dropAnswers } from './lost-answers.ts';
import { seedIncidents, spreadOver, variedAlert, variedIncident } from './seed-incidents.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from './scenario-cloud.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

describe('an answer that is lost after the commit', () => {
  test('is seen as 412 when the SDK repeats the request', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 120, spreadOver(world, 20, 120));
    const lost = dropAnswers((commit) => commit % 3 === 0, 1);

    await createCollector(world, { policies: [lost.policy] }).pollUntilComplete();

    await expectIntact(world);
    expect(lost.dropped()).toBeGreaterThan(2);
    expect(lost.refusedRepeats()).toBe(lost.dropped());
  });

  test('is settled by the state row when the repeats are lost too', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 40, spreadOver(world, 20, 40));
    const lost = dropAnswers((commit) => commit === 2, 3);

    await createCollector(world, { policies: [lost.policy] }).pollUntilComplete();

    await expectIntact(world);
    expect(lost.dropped()).toBe(3);
  });
});

test('250 alerts replaced while a reader reads: it sees exactly those of the version shown', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId } = world;
  const { incidentId } = control.addIncident(tenantId, {
    ...variedIncident(1, control.now()),
    alerts: manyAlerts(world, 0),
  });
  const shown: IncidentDetail[] = [];
  const deps = { incidents: world.incidents.table, names: createTenantNames(world.tenants.table, world.time) };
  const query = { tenantId, incidentId, start: { alert: '', history: '' } };
  let isStored = false;
  /** Reads before and after each commit of the writer, and once in the middle of it. */
  const wrapTable = (table: Table): Table => ({
    ...table,
    transact: async (partition, operations) => {
      const look = async (): Promise<void> => {
        if (isStored) shown.push(await getIncident(deps, query));
      };
      await look();
      const [answer] = await Promise.all([table.transact(partition, operations), look()]);
      await look();
      return answer;
    },
  });
  const collector = createCollector(world, { wrapTable });
  await collector.pollUntilComplete();
  isStored = true;

  for (let version = 1; version <= 3; version += 1) {
    control.updateIncident(tenantId, incidentId, {
      incidentName: `version ${version}`,
      alerts: manyAlerts(world, version),
    });
    await collector.poll();
  }

  await expectIntact(world);
  expect(new Set(shown.map(({ incident }) => incident.name)).size).toBe(4);
  for (const { incident, alerts } of shown) {
    const version = Number(incident.name?.replace('version ', '')) || 0;
    expect(alerts.map(({ title }) => title)).toEqual(Array.from({ length: 250 }, () => `alert of version ${version}`));
    expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(250);
  }
});

/** 250 alerts of which half keep their ids from version to version. */
function manyAlerts({ control }: World, version: number) {
  return Array.from({ length: 250 }, (_, place) => ({
    ...variedAlert(place, 0, control.now()),
    alertId: place % 2 === 0 ? `kept${place}` : `of${version}_${place}`,
    title: `alert of version ${version}`,
  }));
}
