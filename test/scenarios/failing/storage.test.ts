import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countOutcomes, createCollector } from '../cloud/collector.ts';
import { createIncidentReader } from '../cloud/incident-reader.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedAlert, variedIncident } from '../cloud/seed-incidents.ts';
import { dropAnswers } from '../troubles/lost-answers.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('azurite');
});

afterAll(() => cloud.stop());

describe('an answer that is lost after the commit', () => {
  test('is seen as 412 when the SDK repeats the request', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 120, spreadOver(world, 20, 120));
    const lost = dropAnswers((commit) => commit % 3 === 0, 1);

    const collector = createCollector(world, { policies: [lost.policy] });

    await collector.pollUntilComplete();

    await expectIntact(world);
    expect(countOutcomes(collector, 'taken')).toBe(0);
    expect(lost.dropped()).toBeGreaterThan(2);
    expect(lost.refusedRepeats()).toBe(lost.dropped());
  });

  test('is settled by the state row when the repeats are lost too', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 40, spreadOver(world, 20, 40));
    const lost = dropAnswers((commit) => commit === 2, 3);

    const collector = createCollector(world, { policies: [lost.policy] });

    await collector.pollUntilComplete();

    await expectIntact(world);
    expect(countOutcomes(collector, 'taken')).toBe(0);
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
  await createCollector(world).pollUntilComplete();
  const reader = createIncidentReader(world, incidentId);
  const collector = createCollector(world, { wrapTable: reader.watch });

  for (let version = 1; version <= 2; version += 1) {
    const slow = await reader.readSlowly();
    const incidentName = `version ${version}`;
    control.updateIncident(tenantId, incidentId, { incidentName, alerts: manyAlerts(world, version) });
    await collector.poll();
    expect((await slow.goOn()).incident.name).toBe(incidentName);
  }

  await expectIntact(world);
  expect(new Set(reader.seen.map(({ incident }) => incident.name)).size).toBe(3);
  for (const { incident, alerts } of reader.seen) {
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
