import { output, type InvocationContext, type Timer } from '@azure/functions';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerTimer } from '../../shared/edge/register-function.ts';
import { dispatchCleanUp as dispatch } from '../../shared/removal/dispatch-clean-up.ts';
import { getServices } from '../../shared/wiring/services.ts';

const tasks = output.storageQueue({ queueName: 'clean-up', connection: 'IncidentStorage' });

/** Finds what is too old to be kept, or left of erased tenants, and sends workers to it. */
export async function dispatchCleanUp(_timer: Timer, context: InvocationContext): Promise<void> {
  const { purgeDeps, telemetry } = getServices();
  const messages = await dispatch({ ...purgeDeps, log: toLog(context, telemetry) });
  context.extraOutputs.set(tasks, messages);
}

registerTimer('dispatchCleanUp', {
  // Between two ticks of each schedule of whole minutes; the next hour's run does what is left.
  schedule: '30 42 * * * *',
  extraOutputs: [tasks],
  handler: dispatchCleanUp,
});
