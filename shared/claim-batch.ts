import { chargeCalls, type CallLimits } from './domain/call-budget.ts';
import { pollInterval, type IntervalSettings } from './domain/poll-interval.ts';
import { stateKey } from './domain/row-keys.ts';
import type { RowOperation, StoredRow } from './domain/table-row.ts';
import type { TenantState } from './domain/tenant-state.ts';
import { readStateRow, toClaimColumns } from './domain/tenant-state-row.ts';
import type { Ticks } from './domain/ticks.ts';
import { hasCode, type AppError } from './errors.ts';
import type { Table } from './ports/table.ts';

export interface ClaimSettings extends IntervalSettings {
  callLimits: CallLimits;
}

export interface ClaimBatchRun {
  table: Table;
  settings: ClaimSettings;
  tick: Ticks;
}

/** A state row as it was read, to be claimed if nobody has changed it since. */
export interface Candidate {
  row: StoredRow;
  state: TenantState;
}

export function toCandidate(row: StoredRow): Candidate {
  return { row, state: readStateRow(row.properties) };
}

/** One transaction of claims; a row that somebody changed since is left to the next tick and the others are tried again. */
export async function claimBatch(
  run: ClaimBatchRun,
  shard: string,
  due: readonly Candidate[],
  onClaimed: (states: TenantState[]) => void,
): Promise<void> {
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
  onClaimed(rest.map(({ state }) => state));
}

function isRowChange(error: unknown): error is AppError {
  return hasCode(error, 'precondition-failed') || hasCode(error, 'row-missing');
}

function toClaim({ row, state }: Candidate, { settings, tick }: ClaimBatchRun): RowOperation {
  const claim = {
    busyUntil: tick + 2n * pollInterval(state, settings),
    claimedTick: tick,
    isClaimedAsSlow: state.failedPolls > 0,
    budget: chargeCalls(state.budget, tick, 1),
  };
  return { kind: 'merge', rowKey: stateKey(state.tenantId), properties: toClaimColumns(claim), ifMatch: row.etag };
}
