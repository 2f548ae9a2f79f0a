import type { InvocationContext } from '@azure/functions';
import { runTenantCommand as run } from '../../shared/commands/run-tenant-command.ts';
import { readTicks } from '../../shared/domain/values/ticks.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** One command of the portal, which may neither write incidents nor use the credential. */
export async function runTenantCommand(message: unknown, context: InvocationContext): Promise<void> {
  const insertedAt = readTicks(context.triggerMetadata?.['insertionTime']);
  await run({ ...getServices().commandDeps, log: toLog(context) }, message, insertedAt);
}

registerQueue('runTenantCommand', {
  queueName: 'tenant-commands',
  connection: 'IncidentStorage',
  handler: runTenantCommand,
});
