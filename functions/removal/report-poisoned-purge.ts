import type { InvocationContext } from '@azure/functions';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { reportPoisonedPurge as report } from '../../shared/removal/report-poisoned-purge.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** An erasure that no worker survived. */
export async function reportPoisonedPurge(message: unknown, context: InvocationContext): Promise<void> {
  const { incidents: table, telemetry } = getServices();
  await report({ table, log: toLog(context, telemetry) }, message);
}

registerQueue('reportPoisonedPurge', {
  queueName: 'purge-tenants-poison',
  connection: 'IncidentStorage',
  handler: reportPoisonedPurge,
});
