import type { InvocationContext } from '@azure/functions';
import { reportPoisonedSlice as report } from '../../shared/collection/report-poisoned-slice.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** A message that no worker survived: recorded on its tenants and reported. */
export async function reportPoisonedSlice(message: unknown, context: InvocationContext): Promise<void> {
  const { incidents: table, clock, telemetry } = getServices();
  await report({ table, clock, log: toLog(context, telemetry) }, message);
}

registerQueue('reportPoisonedSlice', {
  queueName: 'collect-tenants-poison',
  connection: 'IncidentStorage',
  handler: reportPoisonedSlice,
});
