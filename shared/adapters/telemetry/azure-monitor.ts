import { ManagedIdentityCredential } from '@azure/identity';
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetryConfig } from '../../settings/telemetry-settings.ts';
import { installProviders, type Providers } from './telemetry-providers.ts';

/** A data point of each metric that moved, a minute and instance. */
const METRICS_EVERY_MS = 60_000;

/** Sends spans and metrics of this process to Application Insights. Unsent data is lost, and no caller waits for it. */
export function exportToAzureMonitor({ connectionString, identity }: TelemetryConfig): Providers {
  const credential =
    identity === undefined
      ? undefined
      : new ManagedIdentityCredential({ ...identity, retryOptions: { maxRetries: 1 } });
  const options = {
    connectionString,
    ...(credential !== undefined && { credential }),
    // Nothing of a customer's may lie on an instance's disk, not even ids.
    disableOfflineStorage: true,
  };
  return installProviders(
    new BatchSpanProcessor(new AzureMonitorTraceExporter(options)),
    new PeriodicExportingMetricReader({
      exporter: new AzureMonitorMetricExporter(options),
      exportIntervalMillis: METRICS_EVERY_MS,
    }),
  );
}
