import { randomUUID } from 'node:crypto';
import type { CommitStamp } from '../domain/rows/plan-incident-write.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { checkTransaction } from '../domain/rows/row-limits.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow, toStateRow } from '../domain/tenants/tenant-state-row.ts';
import type { RowOperation, StoredRow } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';

/** A batch to commit. Both functions may be called more than once: a repeated batch gets the fresh state and a new stamp. */
export interface Batch {
  /** What changes in the state row; `sequence` and `commitId` are set by the fence. */
  change(state: TenantState): TenantState;
  rows?(stamp: CommitStamp): RowOperation[];
}

/**
 * One worker's hold on one tenant. Every commit carries the state row with `If-Match`, so that of two workers only one goes on,
 * and an unclear end is settled before anything else is built.
 */
export interface TenantSession {
  state(): TenantState;
  /**
   * Fails with `tenant-taken` when another worker has committed since, `tenant-gone` when the tenant was erased, and with the
   * table's own `row-missing` or `row-exists` when one of `rows` did not meet what was expected: then nothing was written.
   */
  commit(batch: Batch): Promise<void>;
}

/** The table service answers most retries at once; four tries over about 7 s outlast the move of a partition. */
const SETTLE_DELAYS_MS = [200, 1_000, 2_000, 4_000] as const;

/** Opens the tenant's state row, or returns `undefined` when the tenant is not registered. One storage request. */
export async function openSession(table: Table, clock: Clock, tenantId: TenantId): Promise<TenantSession | undefined> {
  const row = await table.get(shardOf(tenantId), stateKey(tenantId));
  return row === undefined ? undefined : sessionFrom(table, clock, row);
}

function sessionFrom(table: Table, clock: Clock, opened: StoredRow): TenantSession {
  let { etag } = opened;
  let state = readStateRow(opened.properties);
  const { tenantId } = state;
  const shard = shardOf(tenantId);

  async function readFresh(): Promise<StoredRow> {
    for (const delayMs of SETTLE_DELAYS_MS) {
      try {
        const row = await table.get(shard, stateKey(tenantId));
        if (row !== undefined) return row;
        throw new AppError('tenant-gone', `Cannot go on with tenant ${tenantId}: its state row was erased`);
      } catch (error) {
        if (!hasCode(error, 'storage-unclear')) throw error;
        await clock.sleep(delayMs);
      }
    }
    throw new AppError(
      'storage-unclear',
      `Cannot settle a commit of tenant ${tenantId}: the state row stays unreadable`,
      {
        action: 'Nothing: the tenant is collected again when its claim ends; if it lasts, look at the storage account',
      },
    );
  }

  /** True when the batch with this id turns out to be committed; false when the same batch may be sent again. */
  async function settle(commitId: string): Promise<boolean> {
    const row = await readFresh();
    const fresh = readStateRow(row.properties);
    const isOurs = fresh.commitId === commitId;
    if (!isOurs && fresh.sequence !== state.sequence)
      throw new AppError('tenant-taken', `Cannot go on with tenant ${tenantId}: another worker committed since`);
    ({ etag } = row);
    state = fresh;
    return isOurs;
  }

  async function send(batch: Batch, commitId: string): Promise<boolean> {
    const stamp: CommitStamp = { storedAt: table.serviceTime(), sequence: state.sequence + 1n };
    const rows = batch.rows?.(stamp) ?? [];
    const changed = batch.change(state);
    const next: TenantState = {
      ...changed,
      sequence: stamp.sequence,
      commitId,
      // Change-log rows are read up to 60 s behind the storage clock; until the commit is seen to be in time, that is in doubt.
      unconfirmedStamp: rows.some((row) => row.rowKey.startsWith('C!')) ? stamp.storedAt : changed.unconfirmedStamp,
    };
    const operations: RowOperation[] = [
      { kind: 'replace', rowKey: stateKey(tenantId), properties: toStateRow(next), ifMatch: etag },
      ...rows,
    ];
    checkTransaction(operations);
    try {
      const etags = await table.transact(shard, operations);
      const [newEtag] = etags;
      if (newEtag === undefined) return await settle(commitId);
      etag = newEtag;
      state = next;
      return true;
    } catch (error) {
      if (hasCode(error, 'storage-unclear') || hasCode(error, 'precondition-failed')) return settle(commitId);
      // A silent repeat inside the SDK can report a row of our own first success; the state row knows.
      if ((hasCode(error, 'row-missing') || hasCode(error, 'row-exists')) && (await settle(commitId))) return true;
      throw error;
    }
  }

  return {
    state: () => state,
    commit: async (batch) => {
      const commitId = randomUUID();
      for (const delayMs of SETTLE_DELAYS_MS) {
        if (await send(batch, commitId)) return;
        await clock.sleep(delayMs);
      }
      throw new AppError(
        'storage-unclear',
        `Cannot commit for tenant ${tenantId}: ${SETTLE_DELAYS_MS.length} tries failed`,
        {
          action:
            'Nothing: the tenant is collected again when its claim ends; if it lasts, look at the storage account',
        },
      );
    },
  };
}
