import { allowedCalls, chargeCalls, type CallLimits } from './domain/call-budget.ts';
import { claimTolerance, pollInterval, type IntervalSettings } from './domain/poll-interval.ts';
import { MAX_TRANSACTION_ROWS } from './domain/row-limits.ts';
import { allStates, stateKey } from './domain/row-keys.ts';
import type { RowOperation, StoredRow } from './domain/table-row.ts';
import { SHARDS, type TenantId } from './domain/tenant-id.ts';
import { isPollable, type TenantState } from './domain/tenant-state.ts';
import { CLAIM_COLUMNS, readStateRow, toClaimColumns } from './domain/tenant-state-row.ts';
import type { Ticks } from './domain/ticks.ts';
import { mapLimited } from './domain/map-limited.ts';
import { AppError, hasCode } from './errors.ts';
import type { Table } from './ports/table.ts';

export interface ClaimedTenant {
  tenantId: TenantId;
  /** Its rows are to be erased, which another kind of worker does. */
  isPurging: boolean;
  /** Its last poll failed: it travels alone, so that it cannot hold up others. */
  hasFailed: boolean;
}

export interface ClaimSettings extends IntervalSettings {
  callLimits: CallLimits;
}

/** Hears what a tick sees beside what it claims. */
export interface ClaimObserver {
  seen(state: TenantState): void;
  /** Nothing of this shard was claimed, or not all. */
  failed(error: unknown): void;
}

const SHARDS_AT_ONCE = 4;

interface ClaimRun {
  table: Table;
  settings: ClaimSettings;
  tick: Ticks;
  observer: ClaimObserver | undefined;
}

/** Claims every tenant that is due at `tick`, each for one worker, and charges its first call. */
export async function claimDueTenants(
  table: Table,
  settings: ClaimSettings,
  tick: Ticks,
  observer?: ClaimObserver,
): Promise<ClaimedTenant[]> {
  const run = { table, settings, tick, observer };
  const failures: unknown[] = [];
  const perShard = await mapLimited(SHARDS, SHARDS_AT_ONCE, async (shard) => {
    try {
      return await claimShard(run, shard);
    } catch (error) {
      // What other shards have claimed must still be sent; this one's tenants stay due.
      failures.push(error);
      observer?.failed(error);
      return [];
    }
  });
  const claimed = perShard.flat();
  if (failures.length > 0 && claimed.length === 0) throw failures[0];
  return claimed;
}

interface Candidate {
  row: StoredRow;
  state: TenantState;
}

async function claimShard(run: ClaimRun, shard: string): Promise<ClaimedTenant[]> {
  const { table, observer } = run;
  const claimed: ClaimedTenant[] = [];
  let next: string | undefined;
  do {
    const page = await table.list(shard, allStates, { select: CLAIM_COLUMNS, ...(next === undefined ? {} : { next }) });
    const seen = page.rows.map((row) => ({ row, state: readStateRow(row.properties) }));
    for (const { state } of seen) observer?.seen(state);
    const due = seen.filter(({ state }) => isDue(state, run));
    for (let at = 0; at < due.length; at += MAX_TRANSACTION_ROWS)
      claimed.push(...(await claimBatch(run, shard, due.slice(at, at + MAX_TRANSACTION_ROWS))));
    next = page.next;
  } while (next !== undefined);
  return claimed;
}

function isDue(state: TenantState, { settings, tick }: ClaimRun): boolean {
  const tolerance = claimTolerance(pollInterval(state, settings));
  if (state.busyUntil > tick || state.nextDueAt > tick + tolerance) return false;
  return state.status === 'purging' || (isPollable(state) && allowedCalls(state.budget, tick, settings.callLimits) > 0);
}

/** One transaction of claims; a row that somebody changed since is left to the next tick and the others are tried again. */
async function claimBatch(run: ClaimRun, shard: string, due: readonly Candidate[]): Promise<ClaimedTenant[]> {
  let rest = [...due];
  while (rest.length > 0) {
    try {
      await run.table.transact(
        shard,
        rest.map((candidate) => toClaim(candidate, run)),
      );
      break;
    } catch (error) {
      if (!isRowChange(error)) throw error;
      const lost = error.failedIndex ?? 0;
      rest = rest.filter((_, index) => index !== lost);
    }
  }
  return rest.map(({ state }) => ({
    tenantId: state.tenantId,
    isPurging: state.status === 'purging',
    hasFailed: state.failedPolls > 0,
  }));
}

function isRowChange(error: unknown): error is AppError {
  return hasCode(error, 'precondition-failed') || hasCode(error, 'row-missing');
}

function toClaim({ row, state }: Candidate, { settings, tick }: ClaimRun): RowOperation {
  const claim = {
    busyUntil: tick + 2n * pollInterval(state, settings),
    claimedTick: tick,
    budget: chargeCalls(state.budget, tick, 1),
  };
  return { kind: 'merge', rowKey: stateKey(state.tenantId), properties: toClaimColumns(claim), ifMatch: row.etag };
}
