import { output, type InvocationContext } from '@azure/functions';
import { collectSlice } from '../shared/collect-slice.ts';
import { readSliceMessage } from '../shared/domain/slice.ts';
import { readDeliveries, toLog } from '../shared/invocation-log.ts';
import { registerQueue } from '../shared/register-function.ts';
import { getServices } from '../shared/services.ts';

const rest = output.storageQueue({ queueName: 'collect-tenants', connection: 'IncidentStorage' });

/** One slice: polls its tenants and sends on those that there was no time for. */
export async function collectTenants(message: unknown, context: InvocationContext): Promise<void> {
  const { collectDeps, reportCredential } = getServices();
  const log = toLog(context, collectDeps.telemetry);
  const slice = readSliceMessage(message);
  const deliveries = readDeliveries(context);
  const unbegun = await collectSlice({ ...collectDeps, log }, slice, deliveries, context.traceContext?.traceParent);
  context.extraOutputs.set(rest, unbegun);
  await reportCredential(log);
}

registerQueue('collectTenants', {
  queueName: 'collect-tenants',
  connection: 'IncidentStorage',
  extraOutputs: [rest],
  handler: collectTenants,
});
