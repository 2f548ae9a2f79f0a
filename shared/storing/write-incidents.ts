import type { IncidentVersion } from '../domain/rows/draft-incident-rows.ts';
import { measureIncidentWrite, planIncidentWrite } from '../domain/rows/plan-incident-write.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { alertRange, incidentKey } from '../domain/rows/row-keys.ts';
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ROWS, operationBytes } from '../domain/rows/row-limits.ts';
import type { LooseGeneration, TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowOperation } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { TICKS_PER_MS, type Ticks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { confirmChangeLog, LATE_COMMIT_MS } from './confirm-change-log.ts';
import type { Batch, TenantSession } from './tenant-session.ts';

export interface WriteDeps {
  table: Table;
  session: TenantSession;
  log: Log;
}

export interface ListedVersion {
  /** The update time under which the source listed it; the cursor follows this one. */
  listedAt: Ticks;
  version: IncidentVersion;
}

/** Applied with each transaction of so many versions: everything listed before `reached` is stored then; `undefined`: everything is. */
export type Advance = (state: TenantState, reached: Ticks | undefined, versions: number) => TenantState;

/** Writes versions in the given order, as many whole incidents a transaction as fit; a big one by a new generation of alerts. */
export async function writeIncidents(
  deps: WriteDeps,
  listed: readonly ListedVersion[],
  advance: Advance,
): Promise<void> {
  let at = 0;
  while (at < listed.length) {
    const chunk = takeChunk(listed.slice(at, at + MAX_TRANSACTION_ROWS).map(({ version }) => version));
    const reached = listed[at + chunk.length]?.listedAt;
    const change: Batch['change'] = (state) =>
      countStored(advance(state, reached, chunk.length), chunk, deps.table.serviceTime());
    await writeChunk(deps, chunk, change);
    at += chunk.length;
  }
}

function countStored(state: TenantState, chunk: readonly IncidentVersion[], changedAt: Ticks): TenantState {
  const added = chunk.filter(({ stored }) => stored === undefined).length;
  return { ...state, storedIncidents: state.storedIncidents + added, lastChangeAt: changedAt };
}

/** As many versions as fit one transaction beside the state row; a version that fits none by itself stands alone. */
function takeChunk(versions: readonly IncidentVersion[]): IncidentVersion[] {
  const chunk: IncidentVersion[] = [];
  let rows = 1;
  let bytes = 0;
  for (const version of versions) {
    const size = measureIncidentWrite(version);
    rows += size.rows;
    bytes += size.bytes;
    if (chunk.length > 0 && (size.isLarge || rows > MAX_TRANSACTION_ROWS || bytes > MAX_TRANSACTION_BYTES)) break;
    chunk.push(version);
    if (size.isLarge) break;
  }
  return chunk;
}

async function writeChunk(deps: WriteDeps, chunk: readonly IncidentVersion[], change: Batch['change']): Promise<void> {
  const [first] = chunk;
  if (first === undefined) return;
  if (measureIncidentWrite(first).isLarge) await writeLarge(deps, first, change);
  else
    await commitRepairing(deps, {
      change,
      rows: (stamp) => chunk.flatMap((version) => planIncidentWrite(version, stamp).rows),
    });
}

async function writeLarge(deps: WriteDeps, version: IncidentVersion, change: Batch['change']): Promise<void> {
  const { session } = deps;
  const plan = planIncidentWrite(version, { storedAt: 0n, sequence: session.state().sequence + 1n });
  const { incidentId } = version.observed.incident;
  await writeGeneration(session, { incidentId, generation: plan.generation }, plan.newGeneration);
  await commitRepairing(deps, {
    change: (state) => switchGeneration(change(state), incidentId, plan.generation, plan.staleGeneration),
    rows: (stamp) => planIncidentWrite(version, stamp).rows,
  });
  await clearLooseGenerations(deps);
}

const ROWS_PER_COMMIT = MAX_TRANSACTION_ROWS - 1;

async function writeGeneration(
  session: TenantSession,
  loose: LooseGeneration,
  rows: readonly RowOperation[],
): Promise<void> {
  for (const part of splitRows(rows))
    await session.commit({
      change: (state) => ({ ...state, looseGenerations: addLoose(state.looseGenerations, loose) }),
      rows: () => part,
    });
}

function splitRows(rows: readonly RowOperation[]): RowOperation[][] {
  const parts: RowOperation[][] = [[]];
  let bytes = 0;
  for (const row of rows) {
    bytes += operationBytes(row);
    if ((parts.at(-1)?.length ?? 0) >= ROWS_PER_COMMIT || bytes > MAX_TRANSACTION_BYTES) {
      parts.push([]);
      bytes = operationBytes(row);
    }
    parts.at(-1)?.push(row);
  }
  return parts.filter((part) => part.length > 0);
}

function addLoose(known: readonly LooseGeneration[], loose: LooseGeneration): LooseGeneration[] {
  const isKnown = known.some(
    ({ incidentId, generation }) => incidentId === loose.incidentId && generation === loose.generation,
  );
  return isKnown ? [...known] : [...known, loose];
}

function switchGeneration(
  state: TenantState,
  incidentId: string,
  shown: number,
  stale: number | undefined,
): TenantState {
  const others = state.looseGenerations.filter(
    (loose) => loose.incidentId !== incidentId || loose.generation !== shown,
  );
  return {
    ...state,
    looseGenerations: stale === undefined ? others : addLoose(others, { incidentId, generation: stale }),
  };
}

/** Deletes alert rows that no shown version names: what a switched or a crashed write left behind. */
export async function clearLooseGenerations({ table, session }: WriteDeps): Promise<void> {
  const { tenantId, looseGenerations } = session.state();
  const shard = shardOf(tenantId);
  for (const loose of looseGenerations) {
    const row = await table.get(shard, incidentKey(tenantId, loose.incidentId));
    const isShown = row !== undefined && readIncidentRow(row.properties).generation === loose.generation;
    const rows = isShown
      ? []
      : await listAllRows(table, shard, alertRange(tenantId, loose.incidentId, loose.generation), ['alertId']);
    const parts = splitRows(rows.map(({ rowKey }): RowOperation => ({ kind: 'delete', rowKey })));
    for (const part of parts) await session.commit({ change: (state) => state, rows: () => part });
    await session.commit({
      change: (state) => ({
        ...state,
        looseGenerations: state.looseGenerations.filter(
          ({ incidentId, generation }) => incidentId !== loose.incidentId || generation !== loose.generation,
        ),
      }),
    });
  }
}

/** Commits; a list row that should be there and is not is no reason to block the tenant: it is left out, and counted in the log. */
export async function commitRepairing({ session, table, log }: WriteDeps, batch: Required<Batch>): Promise<void> {
  const missing = new Set<string>();
  const rows: Required<Batch>['rows'] = (stamp) =>
    batch.rows(stamp).filter((row) => row.kind !== 'delete' || !missing.has(row.rowKey));
  for (;;) {
    try {
      await session.commit({ change: batch.change, rows });
      break;
    } catch (error) {
      // Row 0 of the transaction is the state row.
      const stamp = { storedAt: 0n, sequence: session.state().sequence + 1n };
      const failed = hasCode(error, 'row-missing') ? rows(stamp)[(error.failedIndex ?? 0) - 1] : undefined;
      if (failed?.kind !== 'delete') throw error;
      missing.add(failed.rowKey);
      log('warn', 'list_row_repaired', { tenantId: session.state().tenantId, kind: failed.rowKey.slice(0, 1) });
    }
  }
  if (
    table.serviceTime() - (session.state().unconfirmedStamp ?? table.serviceTime()) >
    BigInt(LATE_COMMIT_MS) * TICKS_PER_MS
  )
    await confirmChangeLog(table, session);
}
