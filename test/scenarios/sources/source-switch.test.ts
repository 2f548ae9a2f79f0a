import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { wantedSource, type TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { toTenantView, type TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { registerState } from '../../../shared/tenants/register-state.ts';
import { createDyingProcess, Death } from '../../helpers/tables/dying-table.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

/** What `PUT /tenants/{tenantId}` with a `source` changes. */
async function switchTo({ incidents: { table }, time, tenantId }: World, source: SourceName | null): Promise<void> {
  await registerState({ incidents: table, clock: time, defaultSource: 'defender' }, tenantId, { source }, 'pending');
}

function viewOf({ tenantId, control }: World, state: TenantState, defaultSource: SourceName = 'defender'): TenantView {
  return toTenantView({ tenantId, record: undefined, state }, { now: control.now(), defaultSource });
}

/** Polls until all of the lookback is read through the source, and once more. */
async function pollUntilMoved(collector: Collector): Promise<TenantState> {
  for (let polls = 0; polls < 60; polls += 1) {
    const state = await collector.poll();
    const wanted = wantedSource(state, collector.deps.settings.defaultSource);
    if (wanted === state.readFrom && state.move === undefined) return collector.poll();
  }
  throw new Error('The tenant has not moved after 60 polls');
}

/** By incident: how often its history says that the source has changed, and whether it ever says anything beside that then. */
async function sourceEntries({ incidents: { table }, tenantId }: World): Promise<Map<string, number>> {
  const rows = await listAllRows(table, shardOf(tenantId), { from: 'H!', to: 'H"' });
  const entries = new Map<string, number>();
  for (const { rowKey, properties } of rows) {
    const incident = rowKey.split('!')[2] ?? '';
    const fields = (JSON.parse(String(properties['changes'])) as { field: string }[]).map(({ field }) => field);
    if (fields.includes('source')) {
      expect(fields).toEqual(['source']);
      entries.set(incident, (entries.get(incident) ?? 0) + 1);
    } else entries.set(incident, entries.get(incident) ?? 0);
  }
  return entries;
}

const callsOf = ({ control, tenantId }: World, source: SourceName): number =>
  control.countCalls({ role: `${source}-list`, tenantId }) + control.countCalls({ role: `${source}-get`, tenantId });

describe('a tenant that is switched to Graph', () => {
  test('has each incident once, with one entry of its history, and back again likewise', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 180, spreadOver(world, 25, 180));
    const collector = createCollector(world);
    await collector.pollUntilComplete();

    await switchTo(world, 'graph');
    world.source = 'graph';
    const there = await pollUntilMoved(collector);

    await expectIntact(world);
    expect(new Set((await sourceEntries(world)).values())).toEqual(new Set([1]));
    expect(there.foundLate).toBe(0);
    expect(collector.log.map(({ message }) => message)).not.toContain('found_late');
    const before = callsOf(world, 'graph');
    await collector.poll();
    expect(callsOf(world, 'graph') - before).toBe(1);

    await switchTo(world, 'defender');
    world.source = 'defender';
    await pollUntilMoved(collector);

    await expectIntact(world);
    expect(new Set((await sourceEntries(world)).values())).toEqual(new Set([2]));
  });

  test('stays complete all the time, and what was learnt of the old source is forgotten', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 600, spreadOver(world, 29, 600));
    const collector = createCollector(world, { callsPerRun: 12 });
    const before = await collector.pollUntilComplete();
    await switchTo(world, 'graph');

    const first = await collector.poll();
    expect(first.readFrom).toBe('graph');
    expect(first.move).toEqual({ since: expect.any(BigInt) });
    expect(first.completeThrough ?? 0n).toBeGreaterThan(before.completeThrough ?? 0n);
    expect(first.completeFrom).toBe(before.completeFrom);
    const moved = await pollUntilMoved(collector);

    expect(moved.longestPage).toBeLessThanOrEqual(50);
    world.source = 'graph';
    await expectIntact(world);
  });

  test('loses nothing of what changes meanwhile', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    const ids = seedIncidents(world, 150, spreadOver(world, 20, 150));
    const collector = createCollector(world);
    await collector.poll();
    let turn = 0;
    control.setAfterPage(() => {
      turn += 1;
      control.updateIncident(tenantId, ids[(turn * 31) % ids.length] ?? '', { assignedTo: `analyst ${turn}` });
      if (turn % 3 === 0) control.addIncident(tenantId);
    });

    for (const source of ['graph', 'defender', 'graph'] as const) {
      await switchTo(world, source);
      for (let poll = 0; poll < 3; poll += 1) await collector.poll();
    }
    control.setAfterPage(undefined);
    await pollUntilMoved(collector);

    const stored = await listAllRows(world.incidents.table, shardOf(tenantId), { from: 'I!', to: 'I"' });
    const truth = control.truth(tenantId).incidents;
    expect(stored).toHaveLength(truth.size);
    const shown = stored.map(({ properties }) => [properties['incidentId'], properties['assignedTo'] ?? null]);
    const expected = [...truth.values()].map(({ incidentId, json }) => [
      incidentId,
      (JSON.parse(json) as { assignedTo: string | null }).assignedTo,
    ]);
    expect(new Map(shown as [string, unknown][])).toEqual(new Map(expected as [string, unknown][]));
  });

  test('is whole wherever its worker dies in the first poll after the switch', async () => {
    let deaths = 0;
    for (let at = 0; ; at += 1) {
      const world = await cloud.createWorld();
      seedIncidents(world, 12, spreadOver(world, 20, 12));
      const collector = createCollector(world);
      await collector.pollUntilComplete();
      await switchTo(world, 'graph');
      const dying = createDyingProcess(at, at % 2 === 0 ? 'before' : 'after');
      const killed = createCollector(world, { wrapTable: dying.open });
      const isDead = await killed.poll().then(
        () => dying.calls() > at,
        (error: unknown) => {
          if (error instanceof Death) return true;
          throw error;
        },
      );
      world.time.advance(900_000);
      await pollUntilMoved(createCollector(world));

      world.source = 'graph';
      await expectIntact(world);
      expect(new Set((await sourceEntries(world)).values())).toEqual(new Set([1]));
      if (!isDead) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(5);
  }, 300_000);
});

describe('a change of the setting', () => {
  test('moves a tenant without a choice of its own, and back again, and loses nothing', async () => {
    const world = await cloud.createWorld('defender');
    seedIncidents(world, 60, spreadOver(world, 20, 60));
    await switchTo(world, null);
    const before = await createCollector(world).pollUntilComplete();

    const moved = await pollUntilMoved(createCollector(world, { defaultSource: 'graph' }));

    expect(viewOf(world, before)).toMatchObject({ source: 'defender', ownSource: null, readFrom: 'defender' });
    expect(viewOf(world, moved, 'graph')).toMatchObject({ source: 'graph', ownSource: null, readFrom: 'graph' });
    expect(moved.completeFrom).toBe(before.completeFrom);
    world.source = 'graph';
    await expectIntact(world);
    world.source = 'defender';
    await pollUntilMoved(createCollector(world));
    await expectIntact(world);
    expect(new Set((await sourceEntries(world)).values())).toEqual(new Set([2]));
  });

  test('moves nobody who has a choice of its own, whatever it is', async () => {
    const world = await cloud.createWorld('defender');
    seedIncidents(world, 20, spreadOver(world, 20, 20));

    const state = await createCollector(world, { defaultSource: 'graph' }).pollUntilComplete();

    expect(viewOf(world, state, 'graph')).toMatchObject({ source: 'defender', ownSource: 'defender' });
    expect(state.readFrom).toBe('defender');
    expect(callsOf(world, 'graph')).toBe(0);
    await expectIntact(world);
  });

  test('leaves a tenant on the old source, in sight, until the new one can be read', async () => {
    const world = await cloud.createWorld('defender');
    world.control.setRoles(world.tenantId, ['Incident.Read.All']);
    seedIncidents(world, 20, spreadOver(world, 20, 20));
    await switchTo(world, null);
    await createCollector(world).pollUntilComplete();
    const collector = createCollector(world, { defaultSource: 'graph' });

    const waiting = await collector.poll();
    const takenBack = await createCollector(world).poll();

    expect(waiting).toMatchObject({ status: 'active', readFrom: 'defender', lastError: undefined });
    expect(viewOf(world, waiting, 'graph').hint).toMatch(/^Still read from defender, as graph cannot be read yet/);
    expect(takenBack.move).toBeUndefined();
    expect(viewOf(world, takenBack).hint).toMatch(/^Would go blind if .*, as nobody has chosen a source for it/);
    await expectIntact(world);
  });
});

describe('a tenant whose new source cannot be read', () => {
  test('goes on with the old one and says what is missing, until it is there', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    control.setRoles(tenantId, ['Incident.Read.All']);
    seedIncidents(world, 30, spreadOver(world, 10, 30));
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    await switchTo(world, 'graph');
    control.addIncident(tenantId);

    const state = await collector.poll();

    expect(state).toMatchObject({ status: 'active', ownSource: 'graph', readFrom: 'defender', lastError: undefined });
    const view = viewOf(world, state);
    expect(view).toMatchObject({ source: 'graph', readFrom: 'defender' });
    expect(view.hint).toMatch(/^Still read from defender, as graph cannot be read yet: .*SecurityIncident\.Read\.All/);
    await expectIntact(world);

    control.setRoles(tenantId, ['SecurityIncident.Read.All']);
    world.source = 'graph';
    const moved = await pollUntilMoved(collector);
    expect(viewOf(world, moved).hint).toBeNull();
    await expectIntact(world);
  });

  test.each([
    [
      'is not licensed there',
      { kind: 'status', status: 403, body: { error: { code: 'Forbidden', message: 'No license' } } },
    ],
    ['is down', { kind: 'status', status: 503 }],
    ['does not exist', { kind: 'status', status: 404, body: {} }],
    ['throttles', { kind: 'throttle', form: 'header-seconds', seconds: 600 }],
  ] as const)('goes on with the old one when the new one %s', async (name, fault) => {
    const world = await cloud.createWorld();
    seedIncidents(world, 30, spreadOver(world, 10, 30));
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    world.control.addFault({ name, match: { role: 'graph-list', tenantId: world.tenantId }, fault });
    await switchTo(world, 'graph');
    world.control.addIncident(world.tenantId);

    const state = await collector.poll();

    expect(state).toMatchObject({ status: 'active', readFrom: 'defender', lastError: undefined });
    expect(state.move?.problem).toBeDefined();
    await expectIntact(world);
  });

  test('forgets about it when the switch is taken back', async () => {
    const world = await cloud.createWorld();
    world.control.setRoles(world.tenantId, ['Incident.Read.All']);
    seedIncidents(world, 30, spreadOver(world, 10, 30));
    const collector = createCollector(world);
    await collector.pollUntilComplete();
    await switchTo(world, 'graph');
    await collector.poll();
    await switchTo(world, 'defender');

    const state = await collector.poll();

    expect(viewOf(world, state).hint).toBeNull();
    expect(state.move).toBeUndefined();
    await expectIntact(world);
    expect(callsOf(world, 'graph')).toBe(0);
  });
});
