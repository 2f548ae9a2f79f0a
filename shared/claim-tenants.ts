import { allowedCalls, chargeCalls, type CallLimits } from './domain/call-budget.ts';
import { pollInterval, type IntervalSettings } from './domain/poll-interval.ts';
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
  /** Its last poll failed: it travels alone, so that it cannot hold up others. */
  hasFailed: boolean;
}

export interface ClaimSettings extends IntervalSettings {
  callLimits: CallLimits;
}

const SHARDS_AT_ONCE = 4;

/** Claims every tenant that is due at `tick`, each for one worker, and charges its first call. */
export async function claimDueTenants(table: Table, settings: ClaimSettings, tick: Ticks): Promise<ClaimedTenant[]> {
  const failures: unknown[] = [];
  const perShard = await mapLimited(SHARDS, SHARDS_AT_ONCE, async (shard) => {
    try {
      return await claimShard(table, settings, tick, shard);
    } catch (error) {
      // What other shards have claimed must still be sent; this one's tenants stay due.
      failures.push(error);
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

async function claimShard(table: Table, settings: ClaimSettings, tick: Ticks, shard: string): Promise<ClaimedTenant[]> {
  const claimed: ClaimedTenant[] = [];
  let next: string | undefined;
  do {
    const page = await table.list(shard, allStates, { select: CLAIM_COLUMNS, ...(next === undefined ? {} : { next }) });
    const due = page.rows
      .map((row) => ({ row, state: readStateRow(row.properties) }))
      .filter(({ state }) => isDue(state, settings, tick));
    for (let at = 0; at < due.length; at += MAX_TRANSACTION_ROWS)
      claimed.push(...(await claimBatch(table, settings, tick, shard, due.slice(at, at + MAX_TRANSACTION_ROWS))));
    next = page.next;
  } while (next !== undefined);
  return claimed;
}

/** Half an interval of tolerance: a timer that fires a little early must not cost the tenant a whole interval. */
function isDue(state: TenantState, settings: ClaimSettings, tick: Ticks): boolean {
  const tolerance = pollInterval(state, settings) / 2n;
  return (
    isPollable(state) &&
    state.nextDueAt <= tick + tolerance &&
    state.busyUntil <= tick &&
    allowedCalls(state.budget, tick, settings.callLimits) > 0
  );
}

/** One transaction of claims; a row that somebody changed since is left to the next tick and the others are tried again. */
async function claimBatch(
  table: Table,
  settings: ClaimSettings,
  tick: Ticks,
  shard: string,
  due: readonly Candidate[],
): Promise<ClaimedTenant[]> {
  let rest = [...due];
  while (rest.length > 0) {
    try {
      await table.transact(
        shard,
        rest.map((candidate) => toClaim(candidate, settings, tick)),
      );
      break;
    } catch (error) {
      if (!isRowChange(error)) throw error;
      const lost = error.failedIndex ?? 0;
      rest = rest.filter((_, index) => index !== lost);
    }
  }
  return rest.map(({ state }) => ({ tenantId: state.tenantId, hasFailed: state.failedPolls > 0 }));
}

function isRowChange(error: unknown): error is AppError {
  return hasCode(error, 'precondition-failed') || hasCode(error, 'row-missing');
}

function toClaim({ row, state }: Candidate, settings: ClaimSettings, tick: Ticks): RowOperation {
  const claim = {
    busyUntil: tick + 2n * pollInterval(state, settings),
    claimedTick: tick,
    budget: chargeCalls(state.budget, tick, 1),
  };
  return { kind: 'merge', rowKey: stateKey(state.tenantId), properties: toClaimColumns(claim), ifMatch: row.etag };
}
