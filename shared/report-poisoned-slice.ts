import { openSession } from './commit.ts';
import { afterFailure } from './domain/poll-outcome.ts';
import { readSliceMessage } from './domain/slice.ts';
import { TICKS_PER_HOUR } from './domain/ticks.ts';
import { AppError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';
import { recordPoison } from './record-run.ts';

/** Records on each tenant of a message that killed its workers what happened, and reports it. The tenants stay due, alone and later. */
export async function reportPoisonedSlice(
  deps: { table: Table; clock: Clock; log: Log },
  message: unknown,
): Promise<void> {
  const { table, clock, log } = deps;
  // Even a message that cannot be read has killed its workers.
  await recordPoison({ table, log });
  const { tenantIds } = readSliceMessage(message);
  for (const tenantId of tenantIds) {
    const session = await openSession(table, clock, tenantId);
    if (session === undefined) continue;
    const now = table.serviceTime();
    const crash = new AppError(
      'collector',
      'crashed',
      `Cannot collect tenant ${tenantId}: its workers ended without an answer, every time`,
      {
        action:
          'Look into the log of the collector for this tenant and report it as a bug; it is tried again in an hour',
      },
    );
    await session.commit({ change: (state) => afterFailure(state, crash, { now, nextTick: now + TICKS_PER_HOUR }) });
  }
  log('error', 'poison_message', { tenants: tenantIds.length, first: tenantIds[0] ?? null });
}
