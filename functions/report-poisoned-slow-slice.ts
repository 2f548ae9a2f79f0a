import type { InvocationContext } from '@azure/functions';
import { toLog } from '../shared/invocation-log.ts';
import { reportPoisonedSlice as report } from '../shared/report-poisoned-slice.ts';
import { registerQueue } from '../shared/register-function.ts';
import { getServices } from '../shared/services.ts';

/** A message of slow tenants that no worker survived: recorded on its tenants and reported. */
export async function reportPoisonedSlowSlice(message: unknown, context: InvocationContext): Promise<void> {
  const { incidents: table, clock, telemetry } = getServices();
  await report({ table, clock, log: toLog(context, telemetry) }, message);
}

registerQueue('reportPoisonedSlowSlice', {
  queueName: 'collect-slow-tenants-poison',
  connection: 'IncidentStorage',
  handler: reportPoisonedSlowSlice,
});
