import type { InvocationContext } from '@azure/functions';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { reportPoisonedCleanUp as report } from '../../shared/removal/report-poisoned-clean-up.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** A part of the clean-up that no worker survived. */
export async function reportPoisonedCleanUp(message: unknown, context: InvocationContext): Promise<void> {
  const { incidents: table, telemetry } = getServices();
  await report({ table, log: toLog(context, telemetry) }, message);
}

registerQueue('reportPoisonedCleanUp', {
  queueName: 'clean-up-poison',
  connection: 'IncidentStorage',
  handler: reportPoisonedCleanUp,
});
