import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../local/simulator/state/wire-incident.ts';
import { readIncidentRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import { alertRange, incidentKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from '../../../shared/domain/values/ticks.ts';
import { toTenantView, type ViewedAt } from '../../../shared/domain/views/tenant-view.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { verifyTenant } from '../../../shared/tenants/verify-tenant.ts';
import { createCollector, createProvider } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedAlert } from '../cloud/seed-incidents.ts';
import { afterEachPage } from '../troubles/changes-while-paging.ts';
import { compareWithTruth } from '../truth/compare-with-truth.ts';
import { expectIntact, expectServed, listCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const alerts = (world: World, count: number): AlertInput[] =>
  Array.from({ length: count }, (_, place) => variedAlert(7, place, world.control.now() - TICKS_PER_DAY));

/** An incident with so many alerts among 20 plain ones. */
function addBig(world: World, count: number): string {
  seedIncidents(world, 20, spreadOver(world, 5, 20));
  const lastUpdateTime = world.control.now() - 5n * TICKS_PER_MINUTE;
  return world.control.addIncident(world.tenantId, { lastUpdateTime, alerts: alerts(world, count) }).incidentId;
}

async function readStored({ incidents: { table }, tenantId }: World, incidentId: string) {
  const row = await table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (row === undefined) return undefined;
  const { incident, generation } = readIncidentRow(row.properties);
  const stored = await listAllRows(table, shardOf(tenantId), alertRange(tenantId, incidentId, generation));
  return { ...incident, storedAlerts: stored.length };
}

/** The history of one incident may say that a version was stored without its alerts first, and what they told later. */
async function expectIntactBut(world: World, incidentId: string): Promise<void> {
  const { problems } = await compareWithTruth(world);
  const others = problems.filter(
    (problem) => !/history of|a version of/.test(problem) || !problem.includes(incidentId),
  );
  expect(others).toEqual([]);
}

const callsOf = ({ control, tenantId }: World): number =>
  (['graph-list', 'graph-get', 'graph-alerts'] as const).reduce(
    (sum, role) => sum + control.countCalls({ role, tenantId }),
    0,
  );

describe('a tenant that is read from Graph', () => {
  test('is read whole while its incidents change, and then costs one call a poll', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId } = world;
    const ids = seedIncidents(world, 240, spreadOver(world, 20, 240));
    afterEachPage(world, (page) => {
      control.updateIncident(tenantId, ids[(page * 37) % ids.length] ?? '', { severity: 'High' });
      control.addIncident(tenantId);
    });
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    control.setAfterPage(undefined);
    await collector.poll();

    await expectIntact(world);
    for (let poll = 1; poll <= 3; poll += 1) {
      world.time.advance(3_600_000);
      await collector.poll();
      const before = callsOf(world);
      await collector.poll();
      expect(callsOf(world) - before).toBe(1);
    }
    expect(control.countCalls({ role: 'defender-list' })).toBe(0);
  });

  test('sees 70 of one instant and a merge', async () => {
    const world = await cloud.createWorld('graph');
    const at = world.control.now() - TICKS_PER_HOUR;
    const ids = seedIncidents(world, 120, (number) => (number < 70 ? at : at - BigInt(number) * TICKS_PER_SECOND));
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    world.control.redirectIncident(world.tenantId, ids[100] ?? '', ids[3] ?? '');

    await collector.poll();

    await expectIntact(world);
  });

  test.each([
    ['throttled, with a wait of 2 s', { kind: 'throttle', form: 'header-seconds', seconds: 2 }],
    ['answered in part', { kind: 'warning', status: 206 }],
    ['answered with a provider that failed', { kind: 'warning', text: '199 - "Microsoft/MDO/504/10000"' }],
    ['linked to somebody else', { kind: 'next-link', pageSize: 20, origin: 'foreign' }],
    ['linked for ever', { kind: 'next-link', pageSize: 20, origin: 'same', isEndless: true }],
  ] as const)('is read whole although each third call is %s', async (name, fault) => {
    const world = await cloud.createWorld('graph');
    seedIncidents(world, 130, spreadOver(world, 20, 130));
    world.control.addFault({ name, match: { role: 'graph-list', tenantId: world.tenantId, every: 3 }, fault });

    const collector = createCollector(world);
    for (let poll = 1; poll <= 4; poll += 1) await collector.poll();
    world.control.clearFaults();
    await collector.pollUntilComplete();

    expectServed(world, name);
    await expectIntact(world);
  });
});

describe('an incident whose alerts do not fit its answer', () => {
  test('is stored with all of them, once, and asks for them once', async () => {
    const world = await cloud.createWorld('graph');
    world.control.setGraphLimits({ alertsPerAnswer: 4 });
    const big = addBig(world, 11);
    const collector = createCollector(world);
    await collector.pollUntilComplete();

    await expectIntact(world);
    expect(await readStored(world, big)).toMatchObject({ alertsCount: 11, storedAlerts: 11 });
    const before = callsOf(world);
    await collector.poll();
    expect(callsOf(world) - before).toBe(1);
  });

  test('is stored with all of them where Graph fails to expand them, and hides no other', async () => {
    const world = await cloud.createWorld('graph');
    world.control.setGraphLimits({ mostExpandable: 20 });
    const big = addBig(world, 30);

    await createCollector(world).pollUntilComplete();

    await expectIntact(world);
    expect(await readStored(world, big)).toMatchObject({ alertsCount: 30, storedAlerts: 30 });
  });

  test.each([
    ['cannot be read at all', { kind: 'status', status: 403 }],
    ['come only in part', { kind: 'warning', status: 206 }],
  ] as const)('is stored without them where they %s, says so, and is completed later', async (_how, fault) => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId } = world;
    control.setGraphLimits({ mostExpandable: 20 });
    control.addFault({ name: 'no alerts', match: { role: 'graph-alerts', tenantId }, fault });
    const big = addBig(world, 30);
    const at = (): ViewedAt => ({ now: control.now(), defaultSource: 'graph' });
    const collector = createCollector(world);
    await collector.pollUntilComplete();

    expect(await readStored(world, big)).toMatchObject({ alertsCount: null, storedAlerts: 0 });
    const state = await collector.poll();
    expect(state.gaps).toMatchObject([{ incidentId: big, reason: 'alerts-pending' }]);
    expect(toTenantView({ tenantId, record: undefined, state }, at())).toMatchObject({ alertsPending: 1 });

    control.clearFaults();
    for (let poll = 0; poll < 14; poll += 1) await collector.poll();
    expect(await readStored(world, big)).toMatchObject({ alertsCount: 30, storedAlerts: 30 });
    const whole = { tenantId, record: undefined, state: await collector.poll() };
    expect(toTenantView(whole, at())).toMatchObject({ alertsPending: 0 });
    await expectIntactBut(world, big);
  });

  test('keeps the alerts that are stored when it changes and they cannot be read', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId } = world;
    const big = addBig(world, 30);
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    const before = await readStored(world, big);
    control.setGraphLimits({ mostExpandable: 20 });
    control.addFault({
      name: 'no alerts',
      match: { role: 'graph-alerts', tenantId },
      fault: { kind: 'status', status: 500 },
    });

    control.updateIncident(tenantId, big, { status: 'Resolved', addAlerts: [{}] });
    for (let poll = 0; poll < 4; poll += 1) await collector.poll();

    expect(await readStored(world, big)).toMatchObject({
      status: 'resolved',
      alertsCount: null,
      storedAlerts: 30,
      users: before?.users,
      devices: before?.devices,
    });
    control.clearFaults();
    for (let poll = 0; poll < 14; poll += 1) await collector.poll();
    expect(await readStored(world, big)).toMatchObject({ alertsCount: 31, storedAlerts: 31 });
    await expectIntactBut(world, big);
  });
});

describe('a tenant without a role of Graph', () => {
  test('is told which one is missing, and is read once it is there', async () => {
    const world = await cloud.createWorld('graph');
    const { control, tenantId, time } = world;
    control.addIncident(tenantId);
    control.setRoles(tenantId, ['Incident.Read.All']);
    const collector = createCollector(world);
    const refused = await collector.poll();
    const providers = { defender: undefined, graph: createProvider(world, time, {}, collector.credential, 'graph') };
    const deps = { incidents: world.incidents.table, clock: time, defaultSource: 'graph', providers } as const;

    expect(refused.lastError).toMatchObject({ missingRoles: ['SecurityIncident.Read.All'], blame: 'tenant' });
    expect(await verifyTenant(deps, tenantId)).toMatchObject({
      ok: false,
      missingRoles: ['SecurityIncident.Read.All'],
    });

    control.setRoles(tenantId, ['SecurityIncident.Read.All']);
    time.advance(2_000);
    expect(await verifyTenant(deps, tenantId)).toMatchObject({
      ok: true,
      claims: { aud: 'https://graph.microsoft.com' },
    });
    time.advance(3_600_000);
    await collector.pollUntilComplete();
    await expectIntact(world);
    expect(listCalls(world)).toBeGreaterThan(0);
  });
});
