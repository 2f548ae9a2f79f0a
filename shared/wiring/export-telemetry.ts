import type { Services } from './services.ts';

interface Running {
  shutdown(): Promise<void>;
}

let running: Running | undefined;

/**
 * Sends the app's own metrics and traces from now on. What sends them is loaded only where there is somewhere to send them
 * to, and something: a portal has no worker.
 */
export async function startTelemetry({ config: { telemetry, role } }: Services): Promise<void> {
  if (telemetry === undefined || role === 'portal') return;
  const { exportToAzureMonitor } = await import('../adapters/telemetry/azure-monitor.ts');
  running = exportToAzureMonitor(telemetry);
}

/** Sends what is left, for as long as the platform waits. */
export async function stopTelemetry(): Promise<void> {
  await running?.shutdown();
  running = undefined;
}
