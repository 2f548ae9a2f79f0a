import type { InvocationContext } from '@azure/functions';
import { runSlice } from '../../shared/collection/run-slice.ts';
import { readDeliveries, toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** A slice of tenants that failed last time or are still catching up: the platform gives them separate instances. */
export async function collectSlowTenants(message: unknown, context: InvocationContext): Promise<void> {
  const { collectDeps, sliceQueues, reportCredential } = getServices();
  const log = toLog(context, collectDeps.telemetry);
  const run = { deliveries: readDeliveries(context), caller: context.traceContext?.traceParent };
  await runSlice({ collectDeps: { ...collectDeps, log }, sliceQueues }, message, { ...run, from: 'slowTenants' });
  await reportCredential(log);
}

registerQueue('collectSlowTenants', {
  queueName: 'collect-slow-tenants',
  connection: 'IncidentStorage',
  handler: collectSlowTenants,
});
