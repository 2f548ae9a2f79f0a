import { chargeCalls, type SourceLimits } from '../domain/reading/call-budget.ts';
import { allStates, stateKey } from '../domain/rows/row-keys.ts';
import { pollInterval, type IntervalSettings } from '../domain/tenants/poll-interval.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { CLAIM_COLUMNS, readStateRow, toClaimColumns } from '../domain/tenants/tenant-state-row.ts';
import type { RowOperation, StoredRow } from '../domain/values/table-row.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { hasCode, isRace } from '../errors.ts';
import type { Table } from '../ports/table.ts';

export interface ClaimSettings extends IntervalSettings {
  callLimits: SourceLimits;
}

export interface ClaimBatchRun {
  table: Table;
  settings: ClaimSettings;
  tick: Ticks;
}

/** A state row as it was read, to be claimed if it has not changed since. */
export interface Candidate {
  row: StoredRow;
  state: TenantState;
}

export function toCandidate(row: StoredRow): Candidate {
  return { row, state: readStateRow(row.properties) };
}

/** More often, a batch is not tried: somebody else changes its rows all the time, or the storage is ill. */
const MOST_TRIES = 4;

/**
 * One transaction of claims. If its result is unclear, the rows themselves show whose claims they are: the SDK repeats a
 * request whose response was lost, and then our own success looks like another worker's change. Rows that another worker has
 * changed are left to the next tick.
 */
export async function claimBatch(
  run: ClaimBatchRun,
  shard: string,
  due: readonly Candidate[],
  onClaimed: (states: TenantState[]) => void,
): Promise<void> {
  let rest = due;
  for (let tries = 1; rest.length > 0; tries += 1) {
    try {
      await run.table.transact(
        shard,
        rest.map((candidate) => toClaim(candidate, run)),
      );
      onClaimed(statesOf(rest));
      return;
    } catch (error) {
      if (!isUnclear(error)) throw error;
      const { ours, unchanged } = await settle(run, shard, rest, onClaimed);
      onClaimed(statesOf(ours));
      if (tries === MOST_TRIES && unchanged.length > 0) throw error;
      rest = unchanged;
    }
  }
}

/** A time-out and a 5xx may hide a success, and so may a row that has changed or is gone. */
const isUnclear = (error: unknown): boolean => isRace(error) || hasCode(error, 'storage-unclear');

interface Settled {
  ours: Candidate[];
  unchanged: Candidate[];
}

/** Reads a batch again and parts it by what became of it. */
async function settle(
  run: ClaimBatchRun,
  shard: string,
  batch: readonly Candidate[],
  onClaimed: (states: TenantState[]) => void,
): Promise<Settled> {
  try {
    const now = await readAgain(run.table, shard, batch);
    const find = ({ row }: Candidate): Candidate | undefined => now.get(row.rowKey);
    return {
      ours: batch.filter((candidate) => find(candidate)?.state.claimedTick === run.tick),
      unchanged: batch.filter((candidate) => find(candidate)?.row.etag === candidate.row.etag),
    };
  } catch (error) {
    // It is unknown whether they are claimed. If they are, only a message brings a worker; if not, it does no harm.
    onClaimed(statesOf(batch));
    throw error;
  }
}

async function readAgain(table: Table, shard: string, batch: readonly Candidate[]): Promise<Map<string, Candidate>> {
  const keys = batch.map(({ row }) => row.rowKey).sort();
  const range = { from: keys[0] ?? allStates.from, to: `${keys.at(-1) ?? allStates.from}!` };
  const found = new Map<string, Candidate>();
  let next: string | undefined;
  do {
    const page = await table.list(shard, range, { select: CLAIM_COLUMNS, ...(next !== undefined && { next }) });
    for (const row of page.rows) found.set(row.rowKey, toCandidate(row));
    next = page.next;
  } while (next !== undefined);
  return found;
}

const statesOf = (candidates: readonly Candidate[]): TenantState[] => candidates.map(({ state }) => state);

function toClaim({ row, state }: Candidate, { settings, tick }: ClaimBatchRun): RowOperation {
  const claim = {
    busyUntil: tick + 2n * pollInterval(state, settings),
    claimedTick: tick,
    isClaimedAsSlow: state.failedPolls > 0,
    budget: chargeCalls(state.budget, tick, 1),
  };
  return { kind: 'merge', rowKey: stateKey(state.tenantId), properties: toClaimColumns(claim), ifMatch: row.etag };
}
