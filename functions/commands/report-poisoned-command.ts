import type { InvocationContext } from '@azure/functions';
import { reportPoisonedCommand as report } from '../../shared/commands/report-poisoned-command.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** A command that ended every worker: its sender gets a failure, and it is reported. */
export async function reportPoisonedCommand(message: unknown, context: InvocationContext): Promise<void> {
  const { commandDeps, telemetry } = getServices();
  await report({ ...commandDeps, log: toLog(context, telemetry) }, message);
}

registerQueue('reportPoisonedCommand', {
  queueName: 'tenant-commands-poison',
  connection: 'IncidentStorage',
  handler: reportPoisonedCommand,
});
