import {
  metrics,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Counter,
  type Gauge,
  type Histogram,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import {
  LAG_METRIC,
  LINE_COUNTERS,
  WORST_LAG_METRIC,
  WORST_LAGS,
  type LineCounter,
} from '../../domain/collection/metrics.ts';
import type { TenantLag } from '../../domain/tenants/staleness.ts';
import { formatTraceParent, readTraceParent } from '../../domain/values/trace-parent.ts';
import type { Span, SpanFields, Telemetry } from '../../ports/telemetry.ts';

/** The port `Telemetry` on whatever OpenTelemetry providers the process has; without any, everything is dropped. */
export function createOpenTelemetry(): Telemetry {
  return {
    start: (name, { parent, link }) => {
      const linked = readRemote(link);
      const links: Link[] = linked === undefined ? [] : [{ context: linked }];
      const remote = readRemote(parent);
      const from = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
      return startSpan(name, from, { links });
    },
    ...openMeter(),
  };
}

function startSpan(name: string, from: Context, options: { attributes?: SpanFields; links?: Link[] }): Span {
  const span = trace.getTracer(SCOPE).startSpan(name, options, from);
  const own = trace.setSpan(from, span);
  return {
    child: (childName, attributes = {}) => startSpan(childName, own, { attributes }),
    set: (fields) => {
      span.setAttributes(fields);
    },
    fail: (code) => {
      span.setAttribute('code', code).setStatus({ code: SpanStatusCode.ERROR, message: code });
    },
    traceparent: () => (span.isRecording() ? formatTraceParent(span.spanContext()) : undefined),
    end: () => {
      span.end();
    },
  };
}

const SCOPE = 'incident-collector';

/** Marked as sampled whatever the caller says: the host samples its own spans, by its own measure. */
function readRemote(traceparent: string | undefined): SpanContext | undefined {
  const ids = readTraceParent(traceparent);
  return ids === undefined ? undefined : { ...ids, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** Edges in seconds: one, two and three intervals of five minutes, then what wakes somebody. */
const LAG_EDGES = [300, 600, 900, 1_800, 3_600, 21_600, 86_400];

/** Opened when they are first needed: instruments that are made before there is a provider never reach it. */
function openMeter(): Pick<Telemetry, 'record' | 'recordLags'> {
  let opened: Instruments | undefined;
  const instruments = (): Instruments => (opened ??= createInstruments());
  return {
    record: (message, fields) => {
      for (const [{ line, field }, counter] of instruments().counters) {
        const by = field === undefined ? 1 : Number(fields[field]);
        if (line === message && by > 0) counter.add(by);
      }
    },
    recordLags: (lags) => {
      const { lag, worstLag } = instruments();
      for (const { lagSeconds } of lags) lag.record(lagSeconds);
      for (const { tenantId, lagSeconds } of worstOf(lags)) worstLag.record(lagSeconds, { tenantId });
    },
  };
}

interface Instruments {
  counters: [LineCounter, Counter][];
  lag: Histogram;
  worstLag: Gauge;
}

function createInstruments(): Instruments {
  const meter = metrics.getMeter(SCOPE);
  return {
    counters: LINE_COUNTERS.map((rule) => [rule, meter.createCounter(rule.metric, { description: rule.description })]),
    lag: meter.createHistogram(LAG_METRIC, { unit: 's', advice: { explicitBucketBoundaries: LAG_EDGES } }),
    worstLag: meter.createGauge(WORST_LAG_METRIC, { unit: 's' }),
  };
}

function worstOf(lags: readonly TenantLag[]): TenantLag[] {
  return [...lags].sort((a, b) => b.lagSeconds - a.lagSeconds).slice(0, WORST_LAGS);
}
