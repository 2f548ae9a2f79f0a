import { toCommandViews, type CommandView } from '../domain/commands/command-view.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import { getWaitingCommands } from './keep-waiting-commands.ts';

export interface CommandList {
  commands: CommandView[];
  cursor: null;
}

/** What the collecting app has not carried out yet, oldest first; always empty where one app does everything. */
export async function listTenantCommands(tenants: Table, tenantId: TenantId): Promise<CommandList> {
  const waiting = await getWaitingCommands(tenants, tenantId);
  return { commands: toCommandViews(waiting, tenants.serviceTime()), cursor: null };
}
