import type { InvocationContext } from '@azure/functions';
import { runSlice } from '../../shared/collection/run-slice.ts';
import { readDeliveries, toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

/**
 * One slice: polls its tenants and sends new messages for those that were not started in time, and those that have more to
 * read.
 */
export async function collectTenants(message: unknown, context: InvocationContext): Promise<void> {
  const { collectDeps, sliceQueues, reportCredential } = getServices();
  const log = toLog(context, collectDeps.telemetry);
  const run = { deliveries: readDeliveries(context), caller: context.traceContext?.traceParent };
  await runSlice({ collectDeps: { ...collectDeps, log }, sliceQueues }, message, { ...run, from: 'tenants' });
  await reportCredential(log);
}

registerQueue('collectTenants', {
  queueName: 'collect-tenants',
  connection: 'IncidentStorage',
  handler: collectTenants,
});
