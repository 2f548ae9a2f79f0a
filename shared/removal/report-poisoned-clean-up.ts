import { readCleanUpMessage } from '../domain/removal/clean-up-task.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { recordPoison } from '../storing/record-run.ts';

/** Reports a part of the clean-up that killed its workers; the next hour's run finds its work again. */
export async function reportPoisonedCleanUp(deps: { table: Table; log: Log }, message: unknown): Promise<void> {
  await recordPoison(deps);
  const task = readCleanUpMessage(message);
  const tenantIds = 'tenantIds' in task ? task.tenantIds : [];
  deps.log('error', 'poison_message', { tenants: tenantIds.length, first: tenantIds[0] ?? null, kind: task.kind });
}
