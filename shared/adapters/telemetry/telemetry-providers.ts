import { metrics, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTailSampler } from './tail-sampler.ts';

export interface Providers {
  /** Sends what is left and ends. */
  shutdown(): Promise<void>;
}

/** From now on spans and metrics of this process go to these two; spans are sampled at their end. */
export function installProviders(spans: SpanProcessor, reader: MetricReader): Providers {
  const resource = resourceFromAttributes({ 'service.name': 'incident-collector' });
  const tracers = new BasicTracerProvider({ resource, spanProcessors: [createTailSampler(spans)] });
  const meters = new MeterProvider({ resource, readers: [reader] });
  trace.setGlobalTracerProvider(tracers);
  metrics.setGlobalMeterProvider(meters);
  return {
    shutdown: async () => {
      await Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
    },
  };
}
