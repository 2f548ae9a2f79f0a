import { output, type InvocationContext, type Timer } from '@azure/functions';
import { dispatchCollection as dispatch } from '../shared/dispatch-collection.ts';
import { toLog } from '../shared/invocation-log.ts';
import { registerTimer } from '../shared/register-function.ts';
import { getServices } from '../shared/services.ts';

const slices = output.storageQueue({ queueName: 'collect-tenants', connection: 'IncidentStorage' });

/** One tick: finds the tenants that are due and sends workers to them. */
export async function dispatchCollection(_timer: Timer, context: InvocationContext): Promise<void> {
  const { incidents, dispatchSettings } = getServices();
  context.extraOutputs.set(
    slices,
    await dispatch({ table: incidents, log: toLog(context), settings: dispatchSettings }),
  );
}

registerTimer('dispatchCollection', {
  schedule: '%COLLECT_SCHEDULE%',
  extraOutputs: [slices],
  handler: dispatchCollection,
});
