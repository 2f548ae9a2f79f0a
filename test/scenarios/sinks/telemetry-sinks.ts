import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { installProviders } from '../../../shared/adapters/telemetry/telemetry-providers.ts';

/** What this process would send, kept instead. */
export interface TelemetrySinks {
  spans(): ReadableSpan[];
  /** What each metric has counted or recorded since the start, by name. */
  readings(): Promise<Map<string, MetricData[]>>;
  /** All of it as text; it is forgotten then. */
  drain(): Promise<string[]>;
  close(): Promise<void>;
}

export function openTelemetrySinks(): TelemetrySinks {
  const spans = new InMemorySpanExporter();
  const points = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  // Longer than any test: what is recorded is asked for.
  const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 });
  const providers = installProviders(new SimpleSpanProcessor(spans), reader);
  const readings = async (): Promise<Map<string, MetricData[]>> => {
    await reader.forceFlush();
    const all = points.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return Map.groupBy(all, ({ descriptor }) => descriptor.name);
  };
  return {
    spans: () => spans.getFinishedSpans(),
    readings,
    drain: async () => {
      const sent = spans.getFinishedSpans().map(({ name, attributes, status }) => [name, attributes, status]);
      const counted = [...(await readings()).values()];
      spans.reset();
      points.reset();
      return [...sent, ...counted].map((part) => JSON.stringify(part));
    },
    close: async () => {
      await providers.shutdown();
      trace.disable();
      metrics.disable();
    },
  };
}
