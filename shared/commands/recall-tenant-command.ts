import { isCommandId } from '../domain/commands/tenant-command.ts';
import { isClaimed, removeCommand } from '../domain/commands/waiting-commands.ts';
import { badValue } from '../domain/requests/query-parameters.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { AuditLog } from '../storing/audit.ts';
import { changeWaitingCommands } from './keep-waiting-commands.ts';

export interface RecallRequest {
  tenantId: TenantId;
  commandId: string;
  actor: string;
}

/** Withdraws a command that no worker has begun: it is never carried out. */
export async function recallTenantCommand(
  { tenants, audit }: { tenants: Table; audit: AuditLog },
  { tenantId, commandId, actor }: RecallRequest,
): Promise<void> {
  if (!isCommandId(commandId)) throw badValue('commandId', commandId, 'it must be the id of a command, a GUID');
  await audit.record({ actor, action: 'recall-command', tenantId, detail: commandId });
  let isFound = false;
  await changeWaitingCommands(tenants, tenantId, (waiting, now) => {
    const index = waiting.commands.findIndex(({ id }) => id === commandId);
    // It may be gone by our own first success, whose response was lost.
    if (index === -1 && !isFound) throw notWaiting(commandId);
    if (index === 0 && isClaimed(waiting, now)) throw running(commandId);
    isFound = true;
    return removeCommand(waiting, commandId);
  });
}

function notWaiting(commandId: string): AppError {
  return new AppError('not-found', `Cannot recall command ${JSON.stringify(commandId)}: it does not wait`, {
    action: 'Look at the tenant for what the command did',
  });
}

function running(commandId: string): AppError {
  return new AppError('command-running', `Cannot recall command ${commandId}: it is being carried out`);
}
