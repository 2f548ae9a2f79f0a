import { readPurgeMessage } from '../domain/removal/purge-message.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { recordPoison } from '../storing/record-run.ts';

/** Reports an erasure that killed its workers; every tick sends it on again while the tenant is not gone. */
export async function reportPoisonedPurge(deps: { table: Table; log: Log }, message: unknown): Promise<void> {
  await recordPoison(deps);
  deps.log('error', 'poison_message', { tenants: 1, first: readPurgeMessage(message) });
}
