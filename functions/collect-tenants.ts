import { output, type InvocationContext } from '@azure/functions';
import { collectSlice } from '../shared/collect-slice.ts';
import { readSliceMessage } from '../shared/domain/slice.ts';
import { readDeliveries, toLog } from '../shared/invocation-log.ts';
import { registerQueue } from '../shared/register-function.ts';
import { getServices } from '../shared/services.ts';

const rest = output.storageQueue({ queueName: 'collect-tenants', connection: 'IncidentStorage' });

/** One slice: polls its tenants and sends on those that there was no time for. */
export async function collectTenants(message: unknown, context: InvocationContext): Promise<void> {
  const deps = { ...getServices().collectDeps, log: toLog(context) };
  context.extraOutputs.set(rest, await collectSlice(deps, readSliceMessage(message), readDeliveries(context)));
}

registerQueue('collectTenants', {
  queueName: 'collect-tenants',
  connection: 'IncidentStorage',
  extraOutputs: [rest],
  handler: collectTenants,
});
