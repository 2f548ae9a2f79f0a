import { InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { collectTenants } from '../../../functions/collection/collect-tenants.ts';
import { dispatchCollection } from '../../../functions/collection/dispatch-collection.ts';
import { reportPoisonedSlice } from '../../../functions/collection/report-poisoned-slice.ts';
import { LAG_METRIC, WORST_LAG_METRIC } from '../../../shared/domain/collection/metrics.ts';
import { toSliceMessage } from '../../../shared/domain/collection/slice.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { toLog } from '../../../shared/edge/invocation-log.ts';
import { registerTenant } from '../../../shared/tenants/register-tenant.ts';
import { getServices } from '../../../shared/wiring/services.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { ROLES } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { openTelemetrySinks, type TelemetrySinks } from '../sinks/telemetry-sinks.ts';
import { startHostCloud, type HostCloud } from '../worlds/host-cloud.ts';

const KEY = 'InstrumentationKey=11111111-2222-4333-8444-555555555555';
/** As the host gives them to an invocation: `01` it has sampled its own span, `00` not. */
const HOST_OF_TICK = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const HOST_OF_SLICE = '00-1bf7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01';
const [BUSY, REFUSED] = [tenantNumber(1), tenantNumber(2)];

let cloud: HostCloud;
let sinks: TelemetrySinks;

beforeAll(async () => {
  cloud = await startHostCloud();
  Object.assign(process.env, cloud.settings, { APPLICATIONINSIGHTS_CONNECTION_STRING: KEY });
  sinks = openTelemetrySinks();
  await addTenant(BUSY, 30, 'graph');
  await addTenant(REFUSED, 3, 'defender');
  cloud.control.setConsent(REFUSED, false);
  await runTick();
});

afterAll(async () => {
  await sinks.close();
  await cloud.stop();
});

async function addTenant(tenantId: TenantId, incidents: number, source: SourceName): Promise<void> {
  cloud.control.addTenant({ tenantId, domain: `${tenantId}.example`, roles: ROLES });
  seedIncidents(cloud.worldOf(tenantId), incidents, spreadOver(cloud.worldOf(tenantId), 20, incidents));
  await registerTenant(getServices(), tenantId, { displayName: 'Secretive Customer', source }, 'test');
}

/** What a function would have put on its queues. */
async function invoke(traceParent: string, run: (context: InvocationContext) => Promise<void>): Promise<unknown[]> {
  const sent: unknown[] = [];
  const context = new InvocationContext({ traceContext: { traceParent }, logHandler: () => {} });
  context.extraOutputs.set = (_output, messages) =>
    sent.push(...((Array.isArray(messages) ? messages : []) as unknown[]));
  await run(context);
  return sent;
}

async function runTick(): Promise<void> {
  const timer = {
    isPastDue: false,
    schedule: { adjustForDST: false },
    scheduleStatus: { last: '', next: '', lastUpdated: '' },
  };
  const slices = await invoke(HOST_OF_TICK, (context) => dispatchCollection(timer, context));
  for (const slice of slices)
    await invoke(HOST_OF_SLICE, (context) => collectTenants(JSON.parse(JSON.stringify(slice)), context));
}

const named = (name: string): ReadableSpan[] => sinks.spans().filter((span) => span.name === name);
const only = <Value>(values: readonly Value[]): Value => {
  const [value] = values;
  if (value === undefined || values.length > 1) throw new Error(`One was expected, not ${values.length}`);
  return value;
};

async function sumOf(metric: string): Promise<number> {
  const readings = (await sinks.readings()).get(metric) ?? [];
  const values = readings.flatMap(({ dataPoints }) => dataPoints.map(({ value }) => Number(value)));
  return values.reduce((sum, value) => sum + value, 0);
}

test("a tick, its slice, each read of a tenant and each of its commits are one trace, a part of the host's", () => {
  const tick = only(named('tick'));
  expect(new Set(sinks.spans().map((span) => span.spanContext().traceId))).toEqual(
    new Set(['0af7651916cd43dd8448eb211c80319c']),
  );
  expect(tick.parentSpanContext?.spanId).toBe('b7ad6b7169203331');

  const slice = only(named('slice'));
  expect(slice.parentSpanContext?.spanId).toBe(tick.spanContext().spanId);
  expect(slice.links.map(({ context }) => context.traceId)).toEqual(['1bf7651916cd43dd8448eb211c80319c']);

  const tenants = named('tenant');
  expect(tenants.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
    tenants.map(() => slice.spanContext().spanId),
  );
  const [busy] = tenants.filter(({ attributes }) => attributes['tenantId'] === BUSY && attributes['stored'] !== 0);
  expect(busy?.attributes).toMatchObject({ stored: 30, throttled: 0 });
  const commits = named('commit').filter(
    ({ parentSpanContext }) => parentSpanContext?.spanId === busy?.spanContext().spanId,
  );
  expect(commits.length).toBeGreaterThan(1);
});

test('a read that failed says its code, in its span and nowhere a text', () => {
  const [failed] = named('tenant').filter(({ attributes }) => attributes['tenantId'] === REFUSED);
  expect(failed?.attributes).toEqual({
    tenantId: REFUSED,
    kind: 'failed',
    calls: 0,
    throttled: 0,
    stored: 0,
    code: 'consent-missing',
  });
  expect(failed?.status).toMatchObject({ message: 'consent-missing' });
});

test('what the lines of the log say is counted', async () => {
  expect(await sumOf('collector.incidents.stored')).toBe(30);
  expect(await sumOf('collector.source.calls')).toBe(cloud.control.countCalls({ role: 'incident-list' }));
  expect(await sumOf('collector.source.throttled')).toBe(0);

  const log = toLog(new InvocationContext({ logHandler: () => {} }), getServices().telemetry);
  log('info', 'slice', { stored: 0, calls: 2, throttled: 2, taken: 3 });
  log('warn', 'found_late', { tenantId: BUSY, count: 4 });
  expect(await sumOf('collector.source.throttled')).toBe(2);
  expect(await sumOf('collector.fence.conflicts')).toBe(3);
  expect(await sumOf('collector.incidents.found_late')).toBe(4);
});

test('a poisoned message is counted', async () => {
  const message = toSliceMessage({ tick: 1n, tenantIds: [BUSY] });
  await invoke(HOST_OF_SLICE, (context) => reportPoisonedSlice(message, context));
  expect(await sumOf('collector.messages.poisoned')).toBe(1);
});

test('a tick records how far behind the tenants are that have data, and names the worst', async () => {
  await runTick();
  const readings = await sinks.readings();
  const distribution = only(readings.get(LAG_METRIC) ?? []);
  expect(distribution.dataPoints.map(({ value, attributes }) => [attributes, value])).toEqual([
    [{}, expect.objectContaining({ count: 1 })],
  ]);
  const worst = only(readings.get(WORST_LAG_METRIC) ?? []);
  expect(worst.dataPoints.map(({ attributes }) => attributes)).toEqual([{ tenantId: BUSY }]);
});

test("neither a customer's name nor anything of an incident is sent", async () => {
  const texts = (await sinks.drain()).join('\n');
  expect(texts).toContain(BUSY);
  expect(texts).not.toMatch(/Secretive|Täuschung|northwind|soc\.example|https?:|Cannot/);
});
