import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { tenantRange } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_DAY, TICKS_PER_HOUR } from '../../../shared/domain/values/ticks.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { getTenant } from '../../../shared/querying/get-tenant.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { BIG_CONTENT } from '../../hostile/odd-content.ts';
import { ODD_IDS } from '../../hostile/odd-ids.ts';
import { createCollector, INTERVAL_MS } from '../cloud/collector.ts';
import { sharedCases } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedIncident } from '../cloud/seed-incidents.ts';
import { expectIntact, expectServed } from '../truth/expectations.ts';
import { HOSTILE } from '../truth/hostile-incidents.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

const MAX_BODY_BYTES = 1_000_000;
const HOUR_MS = 3_600_000;

const viewOf = ({ incidents, tenants, tenantId }: World): Promise<TenantView> =>
  getTenant({ incidents: incidents.table, tenants: tenants.table, defaultSource: 'defender' }, tenantId);

/** Everything but the state row, as it is. */
async function readAll({ incidents, tenantId }: World): Promise<unknown> {
  const ranges = (['I', 'A', 'H', 'U'] as const).map((kind) => tenantRange(kind, tenantId));
  return Promise.all(ranges.map((range) => listAllRows(incidents.table, shardOf(tenantId), range)));
}

describe('answers that cannot be read fail the poll by name, harm nothing, and the next poll goes on', () => {
  const answers: [string, Fault, string][] = [
    [
      'a bound that is not honoured',
      { kind: 'ignore-bound', field: 'lastUpdateTime', bound: 'both' },
      'filter-not-honoured',
    ],
    ['not JSON', { kind: 'not-json' }, 'bad-page'],
    ['JSON that is cut', { kind: 'truncated-json' }, 'bad-page'],
    ['a connection that is cut', { kind: 'truncated-json', how: 'abort' }, 'bad-page'],
    ['a body that is too large', { kind: 'huge-body', bytes: MAX_BODY_BYTES + 1 }, 'page-too-large'],
    ['a small body that decodes to a huge one', { kind: 'gzip-bomb', bytes: 40_000_000 }, 'page-too-large'],
    ['HTML with status 200', { kind: 'html' }, 'bad-page'],
  ];

  test.each(sharedCases(answers, 2))('%s', async (_name, fault, code) => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    const ids = seedIncidents(world, 30, spreadOver(world, 10, 30));
    const collector = createCollector(world, { maxBodyBytes: MAX_BODY_BYTES });
    await collector.pollUntilComplete();
    const before = await readAll(world);
    seedIncidents(world, 8, () => control.now());
    control.updateIncident(tenantId, ids[3] ?? '', { severity: 'High', incidentName: 'edited' });
    control.addFault({ name: 'bad', match: { role: 'incident-list', tenantId }, fault });

    const failed = await collector.poll();
    expect(failed.lastError).toMatchObject({ code, blame: 'microsoft' });
    expect(await readAll(world)).toEqual(before);
    expectServed(world, 'bad');

    control.clearFaults();
    const { lastError } = await collector.poll();
    expect(lastError).toBeUndefined();
    await expectIntact(world);
  });
});

test.each([
  ['as many as it is asked for', undefined],
  ['at most 25', 25],
])('an incident that spoils every page it is on costs itself only, where the source sends %s', async (_name, top) => {
  const world = await cloud.createWorld();
  const { control, tenantId, time } = world;
  const ids = seedIncidents(world, 150, spreadOver(world, 10, 150));
  const bad = ids[70] ?? '';
  control.updateIncident(tenantId, bad, {
    lastUpdateTime: control.now() - 5n * TICKS_PER_DAY,
    rawJson: '{"incidentId":',
  });
  if (top !== undefined)
    control.addFault({ name: 'clamp', match: { role: 'incident-list', tenantId }, fault: { kind: 'clamp-top', top } });
  const collector = createCollector(world);
  await collector.pollUntilComplete();
  // With small pages the calls of one search may run out while a neighbour is still in the part that fails.
  if (top !== undefined) {
    time.advance(HOUR_MS);
    await collector.poll();
  }

  await expectIntact(world, { except: [bad], gaps: 1 });
  const { gaps } = await viewOf(world);
  expect(gaps).toMatchObject([{ reason: 'bad-page' }]);

  control.updateIncident(tenantId, bad, { keepsUpdateTime: true });
  time.advance(HOUR_MS);
  await collector.poll();
  await expectIntact(world);
});

test('an incident without an id is counted, logged and skipped; its page survives and a gap is shown', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId, time } = world;
  const ids = seedIncidents(world, 60, spreadOver(world, 10, 60));
  const nameless = ids[40] ?? '';
  const { lastUpdateTime } = control.updateIncident(tenantId, nameless, {
    keepsUpdateTime: true,
    rawOmit: ['incidentId'],
  });
  const collector = createCollector(world);

  await collector.pollUntilComplete();

  await expectIntact(world, { except: [nameless], gaps: 1 });
  const shown = await viewOf(world);
  expect(shown.gaps).toMatchObject([{ reason: 'incident-without-id' }]);
  expect(collector.log).toContainEqual({
    level: 'warn',
    message: 'incidents_without_id',
    fields: { tenantId, count: 1 },
  });
  expect(lastUpdateTime).toBeGreaterThan(0n);

  control.updateIncident(tenantId, nameless, { keepsUpdateTime: true });
  time.advance(HOUR_MS + INTERVAL_MS);
  await collector.poll();
  await expectIntact(world);
});

describe('what is near or over a limit of the table service is stored on the service itself', () => {
  const payloads = [...BIG_CONTENT, ...ODD_IDS.filter(({ name }) => name.startsWith('id: '))];

  test('one tenant sends it all', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    const at = control.now() - TICKS_PER_HOUR;
    const names = payloads.map(({ build }, number) => {
      const incidentId = String(80_000 + number);
      const rawJson = build(formatTicks(at), incidentId);
      control.addIncident(tenantId, { incidentId, createdTime: at, lastUpdateTime: at, rawJson });
      return incidentId;
    });
    expect(names.length).toBeGreaterThan(40);

    const { storedIncidents, gaps } = await createCollector(world).pollUntilComplete();

    // `0`, `-0` and `1e-400` are one number.
    expect({ storedIncidents, gaps }).toEqual({ storedIncidents: names.length - 2, gaps: [] });
  });
});

test('hostile text becomes clamped values', async () => {
  const world = await cloud.createWorld();
  const { control, tenantId } = world;
  seedIncidents(world, 20, spreadOver(world, 10, 20));
  const at = control.now();
  const instead = new Map(
    HOSTILE.map(({ wire, stored }) => {
      const { incidentId } = control.addIncident(tenantId, { ...variedIncident(4, at), alerts: [], rawOverride: wire });
      return [incidentId, stored(incidentId, tenantId)];
    }),
  );

  await createCollector(world).pollUntilComplete();

  await expectIntact(world, { instead });
});
