import { output, type InvocationContext } from '@azure/functions';
import { readCleanUpMessage } from '../../shared/domain/removal/clean-up-task.ts';
import { readDeliveries, toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { cleanUp as run } from '../../shared/removal/clean-up.ts';
import { getServices } from '../../shared/wiring/services.ts';

const rest = output.storageQueue({ queueName: 'clean-up', connection: 'IncidentStorage' });

/** One part of the clean-up; sends on what there was no time for. */
export async function cleanUp(message: unknown, context: InvocationContext): Promise<void> {
  const { purgeDeps, telemetry } = getServices();
  const deps = { ...purgeDeps, log: toLog(context, telemetry) };
  const unfinished = await run(deps, readCleanUpMessage(message), readDeliveries(context));
  context.extraOutputs.set(rest, unfinished);
}

registerQueue('cleanUp', {
  queueName: 'clean-up',
  connection: 'IncidentStorage',
  extraOutputs: [rest],
  handler: cleanUp,
});
