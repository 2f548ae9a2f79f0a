import { readCommandMessage, toOutcome } from '../domain/commands/tenant-command.ts';
import { removeCommand } from '../domain/commands/waiting-commands.ts';
import { readTenantId } from '../domain/values/tenant-id.ts';
import { recordPoison } from '../storing/record-run.ts';
import { changeWaitingCommands } from './keep-waiting-commands.ts';
import type { CommandDeps } from './run-tenant-command.ts';
import { saveOutcome } from './save-outcome.ts';

/** The sender of a command that ended every worker gets a failure, if it still waits. */
export async function reportPoisonedCommand(
  deps: Pick<CommandDeps, 'incidents' | 'tenants' | 'outcomes' | 'log'>,
  message: unknown,
): Promise<void> {
  const { incidents, tenants, outcomes, log } = deps;
  await recordPoison({ table: incidents, log });
  const { command } = readCommandMessage(message);
  log('error', 'poison_message', { command: command.method });
  await saveOutcome(outcomes, command, toOutcome(undefined));
  const tenantId = readTenantId(command.arguments[0]);
  if (tenantId === undefined) return;
  await changeWaitingCommands(tenants, tenantId, (present) => removeCommand(present, command.id));
}
