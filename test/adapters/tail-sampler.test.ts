import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, trace, type Attributes } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTailSampler } from '../../shared/adapters/telemetry/tail-sampler.ts';

const IDLE = { kind: 'complete', stored: 0, throttled: 0 };
const START_MS = 1_800_000_000_000;

function openTracer() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [createTailSampler(new SimpleSpanProcessor(exporter))] });
  const tracer = provider.getTracer('test');
  /** A poll with its commits, which ends at that minute. */
  const poll = (attributes: Attributes, { commits = 1, minute = 0 } = {}): void => {
    const tenant = tracer.startSpan('tenant', { attributes, startTime: START_MS });
    const inside = trace.setSpan(ROOT_CONTEXT, tenant);
    for (let number = 0; number < commits; number += 1) tracer.startSpan('commit', {}, inside).end();
    tenant.end(START_MS + minute * 60_000);
  };
  const count = (name: string): number => exporter.getFinishedSpans().filter((span) => span.name === name).length;
  return { tracer, poll, count };
}

test.each([
  ['that stored something', { ...IDLE, stored: 1 }, 1],
  ['that was throttled', { ...IDLE, throttled: 1 }, 1],
  ['that failed', { ...IDLE, kind: 'failed' }, 1],
  ['that lost its claim', { ...IDLE, kind: 'taken' }, 1],
  ['that found nothing new', IDLE, 0],
  ['that was not due', { ...IDLE, kind: 'skipped' }, 0],
])('keepTelling() keeps a poll with its commits %s: %j', (_, attributes, kept) => {
  const { poll, count } = openTracer();
  poll(attributes, { commits: 2 });
  expect([count('tenant'), count('commit')]).toEqual([kept, 2 * kept]);
});

test('keepTelling() keeps every tick and slice', () => {
  const { tracer, count } = openTracer();
  for (const name of ['tick', 'slice']) tracer.startSpan(name).end();
  expect([count('tick'), count('slice')]).toEqual([1, 1]);
});

test('keepTelling() keeps 20 tenants a minute and 50 commits of each: an outage of all costs no more', () => {
  const { poll, count } = openTracer();
  for (let number = 0; number < 30; number += 1) poll({ ...IDLE, kind: 'failed' }, { commits: 0 });
  expect(count('tenant')).toBe(20);
  poll({ ...IDLE, stored: 1 }, { commits: 60, minute: 1 });
  expect([count('tenant'), count('commit')]).toEqual([21, 50]);
});
