import { toOutcomeRow, type CommandOutcome, type TenantCommand } from '../domain/commands/tenant-command.ts';
import { hasCode } from '../errors.ts';
import type { Table } from '../ports/table.ts';

/** The first outcome of a command stays. `outcomes` is the table `CommandOutcomes`. */
export async function saveOutcome(outcomes: Table, { day, id }: TenantCommand, outcome: CommandOutcome): Promise<void> {
  try {
    await outcomes.transact(day, [{ kind: 'insert', rowKey: id, properties: toOutcomeRow(outcome) }]);
  } catch (error) {
    // Another delivery was faster.
    if (!hasCode(error, 'row-exists')) throw error;
  }
}
