import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IncidentInput } from '../../../local/simulator/state/simulator.ts';
import { DEFAULT_CALL_LIMITS } from '../../../shared/domain/reading/call-budget.ts';
import { reconcileShare } from '../../../shared/domain/tenants/reconcile-plan.ts';
import { readIncidentQuery } from '../../../shared/domain/queries/incident-query.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { msFromTicks, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import { queryIncidents } from '../../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { createCollector, type Collector, type CollectorOptions } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { createIncidentReader } from '../cloud/incident-reader.ts';
import { readState } from '../cloud/poll-record.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedIncident } from '../cloud/seed-incidents.ts';
import { compareWithTruth } from '../truth/compare-with-truth.ts';
import { expectIntact, listCalls } from '../truth/expectations.ts';

/** Calls of one poll, of five minutes. */
const SHARE = reconcileShare(5n * TICKS_PER_MINUTE, DEFAULT_CALL_LIMITS[defaultSource()]);

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

/**
 * The poll that is due when the next second reading is, and those that it takes to end it; by a process of its own, as the SDK
 * counts the age of its token for the vault by the real clock.
 */
async function reconcile(
  world: World,
  options: CollectorOptions = {},
): Promise<{ states: TenantState[]; collector: Collector }> {
  const collector = createCollector(world, options);
  const { nextReconcileAt } = await readState(world);
  if (nextReconcileAt === undefined) throw new Error('No second reading is planned');
  world.time.advanceTo(msFromTicks(nextReconcileAt) + 1_000);
  const states = [await collector.poll()];
  while (states.at(-1)?.reconcile !== undefined && states.length < 50) states.push(await collector.poll());
  return { states, collector };
}

async function pollHourly(world: World, hours: number): Promise<void> {
  for (let hour = 1; hour <= hours; hour += 1) {
    await createCollector(world).poll();
    world.time.advance(3_600_000);
  }
}

const gets = ({ control, tenantId }: World): number => control.countCalls({ role: 'incident-get', tenantId });

/** The same version once more, as the source showed it. */
function contentOf({ control, tenantId }: World, incidentId: string): IncidentInput {
  const version = control.incident(tenantId, incidentId);
  if (version === undefined) throw new Error('The source has no such incident');
  const { createdTime, lastUpdateTime } = version;
  return { ...(JSON.parse(version.json) as IncidentInput), incidentId, createdTime, lastUpdateTime };
}

async function listOpen({ incidents, tenants, tenantId, time }: World): Promise<string[]> {
  const names = createTenantNames(tenants.table, time);
  const intervals = { intervalSeconds: 300, quietIntervalMinutes: 5 };
  const coverage = createCoverageReader(incidents.table, names, intervals, time);
  const query = readIncidentQuery(new URLSearchParams({ tenantId, open: 'true', pageSize: '500' }));
  const forAll = readIncidentQuery(new URLSearchParams({ open: 'true', pageSize: '500' }));
  const deps = { incidents: incidents.table, names, coverage };
  const ids = async (asked: typeof query): Promise<string[]> =>
    (await queryIncidents(deps, asked)).incidents.map(({ incidentId }) => incidentId).sort();
  const own = await ids(query);
  expect(await ids(forAll)).toEqual(own);
  return own;
}

describe('the daily second reading', () => {
  test('finds what became visible later than the overlap, counts it, and stores nothing twice', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    seedIncidents(world, 40, spreadOver(world, 10, 40));
    await createCollector(world).pollUntilComplete();
    const dated = control.now() - TICKS_PER_MINUTE;
    control.addIncident(tenantId, { ...variedIncident(7, dated), visibleAt: dated + 3n * TICKS_PER_HOUR });
    await pollHourly(world, 5);
    const before = await readState(world);
    expect(await compareWithTruth(world)).toMatchObject({ lost: 1 });
    expect(before.reconciledThrough).toBeUndefined();

    const {
      states: [state],
      collector,
    } = await reconcile(world);

    await expectIntact(world);
    expect(state?.foundLate).toBe(1);
    expect(collector.log.filter(({ message }) => message === 'found_late')).toMatchObject([{ fields: { count: 1 } }]);
    const { completeThrough = 0n, reconciledThrough = 0n } = state ?? {};
    expect(completeThrough - reconciledThrough).toBeGreaterThan(TICKS_PER_DAY - TICKS_PER_HOUR);
    expect(completeThrough - reconciledThrough).toBeLessThan(TICKS_PER_DAY + TICKS_PER_HOUR);

    const {
      states: [next],
    } = await reconcile(world);
    expect(next?.foundLate).toBe(1);
    expect((next?.reconciledThrough ?? 0n) - reconciledThrough).toBeGreaterThan(TICKS_PER_DAY - TICKS_PER_HOUR);
    await expectIntact(world);
  });

  test('takes a quarter of the calls at most, over as many polls as that needs, and tests the page size again', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 150, spreadOver(world, 6, 150));
    // 8 calls a poll for all, 2 of them for the second reading.
    const FEW = { perMinute: 45, perHour: 100 };
    const options = { callLimits: { defender: FEW, graph: FEW }, callsPerRun: 8 };
    await createCollector(world, options).pollUntilComplete();
    world.control.clearLog();

    const { states } = await reconcile(world, options);

    expect(states.length).toBeGreaterThan(1);
    expect(states.slice(0, -1).every(({ reconcile: cycle }) => cycle !== undefined)).toBe(true);
    expect(listCalls(world)).toBeLessThanOrEqual(states.length * (1 + 2 + 2));
    expect(world.control.log().some(({ query }) => (query?.skip ?? 0) > 0)).toBe(true);
    await expectIntact(world);
  });

  test('costs nothing while it is not due, and is not there when it is turned off', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, 20, spreadOver(world, 5, 20));
    await createCollector(world, { reconcileDays: 0 }).pollUntilComplete();
    world.time.advance(3 * 86_400_000);
    const collector = createCollector(world, { reconcileDays: 0 });
    await collector.pollUntilComplete();
    const [calls, requests] = [listCalls(world), collector.requests()];

    const state = await collector.poll();

    expect(listCalls(world) - calls).toBe(1);
    expect(collector.requests() - requests).toBe(2);
    expect(state).toMatchObject({ reconcile: undefined, reconciledThrough: undefined });
  });
});

describe('an incident that the source has no more', () => {
  test('leaves the open list at the second 404, keeps its history, and comes back with its next listing', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    seedIncidents(world, 30, spreadOver(world, 3, 30), (number, at) => ({
      ...variedIncident(number, at),
      status: 'Active',
    }));
    await createCollector(world).pollUntilComplete();
    const gone = control.incidentIds(tenantId).at(-3);
    if (gone === undefined) throw new Error('The source is empty');
    const content = contentOf(world, gone);
    const reader = createIncidentReader(world, gone);
    control.removeIncident(tenantId, gone);

    await reconcile(world);
    expect(await listOpen(world)).toContain(gone);
    expect((await reader.read()).incident.sourceMissing).toBe(false);

    await reconcile(world);
    expect(await listOpen(world)).not.toContain(gone);
    const detail = await reader.read();
    expect(detail.incident.sourceMissing).toBe(true);
    expect(detail.history.map(({ changes }) => changes)).toMatchObject([
      [{ field: 'sourceMissing', from: false, to: true }],
      [{ field: 'created' }],
    ]);
    expect(gets(world)).toBe(2);

    await reconcile(world);
    expect(gets(world)).toBe(2);

    control.addIncident(tenantId, content);
    const { collector } = await reconcile(world);
    expect(await listOpen(world)).toContain(gone);
    const back = await reader.read();
    expect(back.incident.sourceMissing).toBe(false);
    expect(back.history[0]?.changes).toEqual([{ field: 'sourceMissing', from: true, to: false }]);
    expect(collector.log.map(({ message }) => message)).not.toContain('list_row_repaired');
  });

  test('is not taken for gone when it was missing once, came back, and is missing again', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    seedIncidents(world, 12, spreadOver(world, 2, 12));
    await createCollector(world).pollUntilComplete();
    const [hidden] = control.incidentIds(tenantId);
    if (hidden === undefined) throw new Error('The source is empty');
    const content = contentOf(world, hidden);

    control.removeIncident(tenantId, hidden);
    await reconcile(world);
    control.addIncident(tenantId, content);
    await reconcile(world);
    control.removeIncident(tenantId, hidden);
    await reconcile(world);

    expect((await createIncidentReader(world, hidden).read()).incident.sourceMissing).toBe(false);
    expect(gets(world)).toBe(2);
  });

  test('of many that vanish at once each is asked for within the share of calls', async () => {
    const world = await cloud.createWorld();
    const { control, tenantId } = world;
    seedIncidents(world, 90, spreadOver(world, 2, 90));
    await createCollector(world).pollUntilComplete();
    for (const incidentId of control.incidentIds(tenantId).slice(0, 70)) control.removeIncident(tenantId, incidentId);
    const start = gets(world) + listCalls(world);

    const { states } = await reconcile(world);

    expect(states.length).toBeGreaterThanOrEqual(70 / SHARE);
    expect(gets(world)).toBe(70);
    expect(gets(world) + listCalls(world) - start).toBeLessThanOrEqual(states.length * (1 + SHARE + 2));
    expect(states.at(-1)).toMatchObject({ reconcile: undefined, gaps: [] });
  });
});
