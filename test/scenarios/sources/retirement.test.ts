import type { LookupFunction } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { RETIRED_FORMS } from '../../../local/simulator/state/simulator.ts';
import { createHttpGet, openAgent } from '../../../shared/adapters/machine/http.ts';
import { createDefenderSource } from '../../../shared/adapters/sources/defender.ts';
import type { SourceChoice, SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_HOUR } from '../../../shared/domain/values/ticks.ts';
import { toTenantView, type TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { IncidentSource } from '../../../shared/ports/incident-source.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { registerState } from '../../../shared/tenants/register-state.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { readState } from '../cloud/poll-record.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { askOperatorView } from '../lasting/monitor.ts';
import { expectIntact } from '../truth/expectations.ts';
import { createCrowd, createCustomers, type Crowd, type Customers } from '../worlds/crowd.ts';

const HOUR_MS = 3_600_000;
const BOTH = ['Incident.Read.All', 'SecurityIncident.Read.All'];

const ENDS = [...RETIRED_FORMS, 'no-host'] as const;

let cloud: ScenarioCloud;
let customers: Customers;
/** The Defender API's host does not resolve any more. */
let isHostGone = false;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
  customers = createCustomers(cloud);
  cloud.simulator.control.setTokenLifetime(7 * 86_400);
});

afterAll(() => cloud.stop());

afterEach(() => {
  isHostGone = false;
});

function endDefender({ control }: World, end: (typeof ENDS)[number]): void {
  if (end === 'no-host') isHostGone = true;
  else control.retireDefender(end);
}

/** The real adapter, whose resolver knows the host no more when it is gone. */
function withoutHost({ time }: World): (own: IncidentSource, name: SourceName) => IncidentSource {
  const lookup: LookupFunction = (_host, _options, done) => {
    done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '');
  };
  const gone = createDefenderSource({
    baseUrl: 'https://api.security.microsoft.example',
    portalUrl: 'https://security.microsoft.com',
    tokens: { get: () => Promise.resolve({ token: 'of-nobody' }), drop: () => {} },
    http: createHttpGet({ fetch, clock: time, agent: openAgent(1, { lookup }) }),
    clock: time,
  });
  return (own, name) => (name === 'graph' ? own : { open: (tenantId) => (isHostGone ? gone : own).open(tenantId) });
}

/** Three customers on the setting: two have consented to Graph, the last has not. */
async function createTrio(defaultSource: SourceChoice = 'auto'): Promise<Crowd & { collector: Collector }> {
  const crowd = await createCrowd(cloud, customers, 3);
  const { control, incidents, tenantId } = crowd.world;
  const [first = tenantId, second = tenantId, last = tenantId] = crowd.ids;
  for (const id of [first, second]) control.setRoles(id, BOTH);
  control.setRoles(last, ['Incident.Read.All']);
  for (const id of crowd.ids) await leaveToSetting(crowd, id);
  const collector = createCollector(crowd.world, { defaultSource, wrapSource: withoutHost(crowd.world) });
  await collector.pollUntilComplete();
  expect(incidents).toBeDefined();
  return { ...crowd, collector };
}

/** A world registers its tenants with a source of their own. */
async function leaveToSetting({ world: { incidents } }: Crowd, tenantId: TenantId): Promise<void> {
  const properties = { ownSource: 'setting' };
  await incidents.table.transact(shardOf(tenantId), [{ kind: 'merge', rowKey: `S!${tenantId}`, properties }]);
}

const statesOf = ({ world, ids }: Crowd): Promise<TenantState[]> =>
  Promise.all(ids.map((tenantId) => readState({ ...world, tenantId })));

async function viewsOf(crowd: Crowd): Promise<TenantView[]> {
  const at = { now: crowd.world.control.now(), defaultSource: 'auto' } as const;
  return (await statesOf(crowd)).map((state) =>
    toTenantView({ tenantId: state.tenantId, record: undefined, state }, at),
  );
}

const problemsOf = async ({ world }: Crowd, setting: SourceChoice = 'auto'): Promise<string[]> =>
  (await askOperatorView(world, setting)).health.problems.map(({ code }) => code);

const callsOf = ({ world: { control } }: Crowd): number =>
  (['defender-list', 'defender-get', 'graph-list', 'graph-get', 'graph-alerts'] as const).reduce(
    (sum, role) => sum + control.countCalls({ role }),
    0,
  );

describe('customers on "auto", while the Defender API lives', () => {
  test('cost one call a poll, however long nothing happens', async () => {
    const crowd = await createTrio();
    crowd.world.time.advance(6 * 3_600_000);
    await crowd.collector.poll();
    const [before, requests] = [callsOf(crowd), crowd.collector.requests()];

    for (let poll = 1; poll <= 4; poll += 1) await crowd.collector.poll();

    expect(callsOf(crowd) - before).toBe(4 * 3);
    // Of the state row, one to read it and one to commit.
    expect(crowd.collector.requests() - requests).toBe(4 * 3 * 2);
    expect((await statesOf(crowd)).map(({ lastError, sign }) => [lastError, sign])).toEqual(
      Array(3).fill([undefined, undefined]),
    );
  });

  test('are told who would go blind, from the first poll on, until the role is there', async () => {
    const crowd = await createTrio();
    const [ready, , unready] = await viewsOf(crowd);

    expect(ready).toMatchObject({ source: 'auto', readFrom: 'defender', failover: { isReady: true }, hint: null });
    expect(unready?.failover).toMatchObject({
      isReady: false,
      problem: { missingRoles: ['SecurityIncident.Read.All'], blame: 'tenant' },
    });
    expect(unready?.hint).toMatch(/^Would go blind if the Defender API ended, .*SecurityIncident\.Read\.All/);
    expect(await problemsOf(crowd)).toEqual(['failover-not-ready']);
    expect(crowd.collector.log.findLast(({ message }) => message === 'tick')?.fields).toMatchObject({
      defenderStage: 'alive',
      wouldGoBlind: 1,
    });

    crowd.world.control.setRoles(crowd.ids[2] ?? '', BOTH);
    crowd.world.time.advance(3_600_000);
    await crowd.collector.poll();
    expect((await viewsOf(crowd))[2]).toMatchObject({ failover: { isReady: true }, hint: null });
    expect(await problemsOf(crowd)).toEqual([]);
  });

  test('stay where they are when one of them alone is refused', async () => {
    const crowd = await createTrio();
    const [first = ''] = crowd.ids;
    crowd.world.control.addFault({
      name: 'one is refused',
      match: { role: 'defender-list', tenantId: first },
      fault: { kind: 'status', status: 410, body: { error: { code: 'Gone', message: 'Gone' } } },
    });

    for (let poll = 1; poll <= 12; poll += 1) await crowd.collector.poll();

    expect((await statesOf(crowd)).map(({ readFrom }) => readFrom)).toEqual(['defender', 'defender', 'defender']);
    expect((await statesOf(crowd))[0]?.sign).toMatchObject({ kind: 'gone' });
    expect(await problemsOf(crowd)).not.toContain('source-suspected');
    crowd.world.control.clearFaults();
  });
});

describe.each(ENDS)('the day on which the Defender API ends with "%s"', (end) => {
  test('moves whoever may go to Graph, without a gap, and blinds the other in sight', async () => {
    const crowd = await createTrio();
    const { world, ids, collector } = crowd;
    const before = await statesOf(crowd);
    endDefender(world, end);
    const retiredAt = world.control.now();
    for (const id of ids) world.control.addIncident(id);

    await collector.poll();
    const during = await statesOf(crowd);
    await collector.poll();
    expect(await problemsOf(crowd)).toContain('source-suspected');
    for (let poll = 1; poll <= 12; poll += 1) await collector.poll();
    const after = await statesOf(crowd);

    // Nobody's point moves on an answer of an API that may be gone.
    expect(during.map(({ completeThrough }) => completeThrough)).toEqual(
      before.map(({ completeThrough }) => completeThrough),
    );
    for (const state of after.slice(0, 2)) {
      expect(state).toMatchObject({ readFrom: 'graph', status: 'active', lastError: undefined });
      expect(state.completeThrough).toBeGreaterThan(retiredAt);
      expect(state.completeFrom).toBe(before[0]?.completeFrom);
    }
    for (const tenantId of ids.slice(0, 2))
      await expectIntact(
        { ...world, source: 'graph', tenantId, polls: [] },
        { others: ids.filter((other) => other !== tenantId) },
      );
    expect(after[2]?.completeThrough).toBe(before[2]?.completeThrough);
    expect(after[2]?.lastError).toMatchObject({
      code: 'source-retired',
      blame: 'tenant',
      action: expect.stringMatching(/consent link.*SecurityIncident\.Read\.All/),
      missingRoles: ['SecurityIncident.Read.All'],
    });
    expect(await problemsOf(crowd)).toContain('source-retired');
    expect(await missingMarks(crowd)).toBe(0);
  });
});

describe('customers for whom nobody has chosen a source', () => {
  test('are not complete on empty lists of an API that has ended, and are told so', async () => {
    const crowd = await createTrio('defender');
    const { world, ids, collector } = crowd;
    const before = await statesOf(crowd);
    world.control.retireDefender('empty');
    for (const id of ids) world.control.addIncident(id);

    for (let poll = 1; poll <= 12; poll += 1) await collector.poll();

    const after = await statesOf(crowd);
    expect(after.map(({ completeThrough }) => completeThrough)).toEqual(
      before.map(({ completeThrough }) => completeThrough),
    );
    expect(after.map(({ readFrom, lastError }) => [readFrom, lastError?.code])).toEqual(
      Array(3).fill(['defender', 'source-silent']),
    );
    expect(await problemsOf(crowd, 'defender')).toContain('source-retired');
    expect(await missingMarks(crowd)).toBe(0);
  });

  test('are believed again once somebody has chosen it, as their Defender was emptied', async () => {
    const crowd = await createTrio('defender');
    const { world, ids, collector } = crowd;
    world.control.retireDefender('empty');
    for (let poll = 1; poll <= 2; poll += 1) await collector.poll();
    world.control.retireDefender(undefined);
    const emptied = ids[0] ?? world.tenantId;
    const nothing = { kind: 'status', status: 200, body: { value: [] } } as const;
    world.control.addFault({ name: 'emptied', match: { role: 'defender-list', tenantId: emptied }, fault: nothing });
    for (let poll = 1; poll <= 8; poll += 1) await collector.poll();
    const silent = await statesOf(crowd);

    const deps = { incidents: world.incidents.table, clock: world.time, defaultSource: 'defender' } as const;
    await registerState(deps, emptied, { source: 'defender' }, 'pending');
    world.time.advance(HOUR_MS);
    for (let poll = 1; poll <= 2; poll += 1) await collector.poll();

    expect(silent.map(({ lastError }) => lastError?.code)).toEqual(['source-silent', undefined, undefined]);
    expect((await statesOf(crowd)).map(({ lastError }) => lastError)).toEqual(Array(3).fill(undefined));
    world.control.clearFaults();
  });

  test('cost one call a poll, however long nothing happens', async () => {
    const crowd = await createTrio('defender');
    crowd.world.time.advance(6 * HOUR_MS);
    await crowd.collector.poll();
    const before = callsOf(crowd);

    for (let poll = 1; poll <= 4; poll += 1) await crowd.collector.poll();

    expect(callsOf(crowd) - before).toBe(4 * 3);
  });
});

/** Rows that say of an incident that the source has it no more. */
async function missingMarks({ world, ids }: Crowd): Promise<number> {
  const rows = await Promise.all(
    ids.map((id) => listAllRows(world.incidents.table, shardOf(id), { from: 'U!', to: 'U"' })),
  );
  return rows.flat().filter(({ properties }) => Number(properties['missingSince'] ?? 0) > 0).length;
}

describe('a customer who consents after the end', () => {
  test('is read from Graph, with all that happened meanwhile', async () => {
    const crowd = await createTrio();
    const { world, ids, collector } = crowd;
    const last = ids[2] ?? world.tenantId;
    world.control.retireDefender('empty');
    for (let poll = 1; poll <= 8; poll += 1) await collector.poll();
    world.control.addIncident(last);

    world.control.setRoles(last, BOTH);
    world.time.advance(3_600_000);
    for (let poll = 1; poll <= 4; poll += 1) await collector.poll();

    expect((await statesOf(crowd))[2]).toMatchObject({ readFrom: 'graph', status: 'active', lastError: undefined });
    await expectIntact(
      { ...world, source: 'graph', tenantId: last, polls: [] },
      { others: ids.filter((other) => other !== last) },
    );
  });
});

describe('a single customer on "auto"', () => {
  test.each(RETIRED_FORMS)(
    'stays where the API answers "%s", blind in sight, until its source is set',
    async (form) => {
      const crowd = await createCrowd(cloud, customers, 1);
      const { world } = crowd;
      const { control, incidents, time, tenantId } = world;
      await leaveToSetting(crowd, tenantId);
      const collector = createCollector(world, { defaultSource: 'auto' });
      const before = await collector.pollUntilComplete();
      control.retireDefender(form);
      control.addIncident(tenantId);

      for (let poll = 1; poll <= 12; poll += 1) await collector.poll();
      const blind = await readState(world);
      const deps = { incidents: incidents.table, clock: time, defaultSource: 'auto' } as const;
      await registerState(deps, tenantId, { source: 'graph' }, 'pending');
      time.advance(HOUR_MS);
      await collector.pollUntilComplete();

      expect(blind).toMatchObject({ readFrom: 'defender', completeThrough: before.completeThrough });
      expect(blind.lastError).toBeDefined();
      expect(await readState(world)).toMatchObject({ readFrom: 'graph', lastError: undefined });
      await expectIntact({ ...world, source: 'graph', polls: [] });
    },
  );
});

describe('an API that only has trouble', () => {
  test.each([
    ['is down', { kind: 'status', status: 503 }],
    ['throttles', { kind: 'throttle', form: 'header-seconds', seconds: 60 }],
    ['answers with a page', { kind: 'html' }],
  ] as const)('moves nobody when it %s', async (name, fault) => {
    const crowd = await createTrio();
    crowd.world.control.addFault({ name, match: { role: 'defender-list' }, fault });

    for (let poll = 1; poll <= 10; poll += 1) await crowd.collector.poll();
    expect((await statesOf(crowd)).map(({ readFrom }) => readFrom)).toEqual(['defender', 'defender', 'defender']);
    crowd.world.control.clearFaults();
    crowd.world.time.advance(Number(TICKS_PER_HOUR / 10_000n));
    await crowd.collector.poll();
    await crowd.collector.poll();
    expect((await statesOf(crowd)).map(({ lastError }) => lastError)).toEqual([undefined, undefined, undefined]);
  });

  test('is believed again when it shows incidents within the time of the suspicion', async () => {
    const crowd = await createTrio();
    crowd.world.control.retireDefender('empty');
    await crowd.collector.poll();
    await crowd.collector.poll();
    expect(await problemsOf(crowd)).toContain('source-suspected');

    crowd.world.control.retireDefender(undefined);
    for (let poll = 1; poll <= 8; poll += 1) await crowd.collector.poll();

    expect(await problemsOf(crowd)).toEqual(['failover-not-ready']);
    expect((await statesOf(crowd)).map(({ readFrom, sign }) => [readFrom, sign])).toEqual(
      Array(3).fill(['defender', undefined]),
    );
  });
});
