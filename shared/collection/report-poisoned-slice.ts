import { readSliceMessage } from '../domain/collection/slice.ts';
import { afterFailure } from '../domain/tenants/poll-outcome.ts';
import { isPollable, type TenantState } from '../domain/tenants/tenant-state.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { TICKS_PER_HOUR, type Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { recordPoison } from '../storing/record-run.ts';
import { openSession } from '../storing/tenant-session.ts';

interface ReportDeps {
  table: Table;
  clock: Clock;
  log: Log;
}

/**
 * Records on each tenant of a message that killed its workers what happened, and reports it. The tenants stay due, alone and later.
 * One that was read since, or that a newer tick has given to another worker, is left as it is.
 */
export async function reportPoisonedSlice(deps: ReportDeps, message: unknown): Promise<void> {
  const { table, log } = deps;
  // Even a message that cannot be read has killed its workers.
  await recordPoison({ table, log });
  const { tenantIds, tick } = readSliceMessage(message);
  let crashed = 0;
  for (const tenantId of tenantIds) if (await recordCrash(deps, tenantId, tick)) crashed += 1;
  log('error', 'poison_message', { tenants: tenantIds.length, first: tenantIds[0] ?? null, crashed });
}

async function recordCrash({ table, clock }: ReportDeps, tenantId: TenantId, tick: Ticks): Promise<boolean> {
  try {
    const session = await openSession(table, clock, tenantId);
    if (session === undefined) return false;
    const now = table.serviceTime();
    const crash = new AppError(
      'crashed',
      `Cannot collect tenant ${tenantId}: its workers ended without an answer, every time`,
    );
    await session.commit({
      change: (state) => {
        requireUnread(state, tick);
        return afterFailure(state, crash, { now, nextTick: now + TICKS_PER_HOUR });
      },
    });
    return true;
  } catch (error) {
    if (hasCode(error, 'tenant-taken', 'tenant-gone')) return false;
    throw error;
  }
}

/** Messages of a claim are delivered for many minutes before they are given up; much can have happened to the tenant since. */
function requireUnread(state: TenantState, tick: Ticks): void {
  const { tenantId, claimedTick, lastPolledAt } = state;
  const isUnread = claimedTick <= tick && (lastPolledAt === undefined || lastPolledAt < tick);
  if (isUnread && isPollable(state)) return;
  throw new AppError(
    'tenant-taken',
    `Cannot call tenant ${tenantId} crashed: it was polled, claimed anew or stopped since its message was sent`,
  );
}
