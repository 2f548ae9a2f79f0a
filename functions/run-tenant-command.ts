import type { InvocationContext } from '@azure/functions';
import { readTicks } from '../shared/domain/ticks.ts';
import { toLog } from '../shared/invocation-log.ts';
import { registerQueue } from '../shared/register-function.ts';
import { runTenantCommand as run } from '../shared/run-tenant-command.ts';
import { getServices } from '../shared/services.ts';

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
