import { isClaimWaiting, type QueueFronts } from '../domain/collection/queue-front.ts';
import type { Passenger } from '../domain/collection/slice.ts';
import { allowedCalls } from '../domain/reading/call-budget.ts';
import { allStates } from '../domain/rows/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from '../domain/rows/row-limits.ts';
import { claimTolerance, pollInterval } from '../domain/tenants/poll-interval.ts';
import { isPollable, type TenantState } from '../domain/tenants/tenant-state.ts';
import { CLAIM_COLUMNS } from '../domain/tenants/tenant-state-row.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import { SHARDS } from '../domain/values/tenant-id.ts';
import { TICKS_PER_MINUTE, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import { claimBatch, toCandidate, type ClaimBatchRun, type ClaimSettings } from './claim-batch.ts';

export interface ClaimedTenant extends Passenger {
  /** Its rows are to be erased, which another kind of worker does. */
  isPurging: boolean;
  /** Its last poll failed: it waits in the queue of slow tenants, so that it cannot delay others. */
  isSlow: boolean;
}

/** Gets what a tick sees in addition to its claims. */
export interface ClaimObserver {
  seen(state: TenantState): void;
  /** Nothing of this shard was claimed, or not all. */
  failed(error: unknown): void;
}

interface ClaimRun extends ClaimBatchRun {
  observer: ClaimObserver | undefined;
  fronts: QueueFronts | undefined;
}

const SHARDS_AT_ONCE = 4;

/**
 * Whatever is claimed has to be sent before the platform ends the tick's process, which `functionTimeout` of host.json says. A
 * batch that is begun at the very end may take 200 s with all its tries.
 */
const CLAIMING_TIME = 5n * TICKS_PER_MINUTE;

/**
 * Claims every tenant that is due at `tick`, each for one worker, and charges its first call. A tenant whose message still
 * waits in its queue, behind `fronts`, stays claimed. Returns all claims, also those before a failure.
 */
export async function claimDueTenants(
  table: Table,
  settings: ClaimSettings,
  tick: Ticks,
  observer?: ClaimObserver,
  fronts?: QueueFronts,
): Promise<ClaimedTenant[]> {
  const run = { table, settings, tick, observer, fronts };
  const claimed: ClaimedTenant[] = [];
  const failures: unknown[] = [];
  await mapLimited(SHARDS, SHARDS_AT_ONCE, async (shard) => {
    try {
      await claimShard(run, shard, (tenants) => claimed.push(...tenants));
    } catch (error) {
      // What was claimed before, here and in other shards, must still be sent; the rest of this shard stays due.
      failures.push(error);
      observer?.failed(error);
    }
  });
  if (failures.length > 0 && claimed.length === 0) throw failures[0];
  return claimed;
}

async function claimShard(
  run: ClaimRun,
  shard: string,
  onClaimed: (tenants: readonly ClaimedTenant[]) => void,
): Promise<void> {
  let next: string | undefined;
  do {
    checkTime(run);
    const page = await run.table.list(shard, allStates, { select: CLAIM_COLUMNS, ...(next !== undefined && { next }) });
    const seen = page.rows.map(toCandidate);
    for (const { state } of seen) run.observer?.seen(state);
    const due = seen.filter(({ state }) => isDue(state, run));
    for (let at = 0; at < due.length; at += MAX_TRANSACTION_ROWS) {
      checkTime(run);
      await claimBatch(run, shard, due.slice(at, at + MAX_TRANSACTION_ROWS), (states) => {
        onClaimed(states.map(toClaimedTenant));
      });
    }
    next = page.next;
  } while (next !== undefined);
}

function checkTime({ table, tick }: ClaimRun): void {
  if (table.serviceTime() - tick <= CLAIMING_TIME) return;
  throw new AppError('claims-late', 'Cannot claim more tenants in this tick: the storage is too slow');
}

function isDue(state: TenantState, { settings, tick, fronts }: ClaimRun): boolean {
  const tolerance = claimTolerance(pollInterval(state, settings));
  if (state.busyUntil > tick || state.nextDueAt > tick + tolerance) return false;
  if (state.status === 'purging') return true;
  return (
    isPollable(state) &&
    !isClaimWaiting(state, fronts) &&
    allowedCalls(state.budget, tick, settings.callLimits[state.readFrom]) > 0
  );
}

function toClaimedTenant({ tenantId, status, failedPolls, lastError, lastPolledAt }: TenantState): ClaimedTenant {
  return {
    tenantId,
    isPurging: status === 'purging',
    isSlow: failedPolls > 0,
    hasCrashed: lastError?.code === 'crashed',
    waitsSince: lastPolledAt ?? 0n,
  };
}
