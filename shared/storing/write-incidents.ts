import { countCreated, type CountedIncident } from '../domain/incidents/created-counts.ts';
import type { IncidentVersion } from '../domain/rows/draft-incident-rows.ts';
import { forgetIncidentWrite, measureIncidentWrite, planIncidentWrite } from '../domain/rows/plan-incident-write.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { alertRange, incidentKey } from '../domain/rows/row-keys.ts';
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ROWS, operationBytes } from '../domain/rows/row-limits.ts';
import { noteArrivals } from '../domain/incidents/arrivals.ts';
import type { LooseGeneration, TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowOperation } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { readTicks, type Ticks } from '../domain/values/ticks.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { clearLooseIndexes } from './clear-loose-indexes.ts';
import { commitRepairing, type WriteDeps } from './commit-repairing.ts';
import type { Batch, TenantSession } from './tenant-session.ts';

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
    chunk.forEach(forgetIncidentWrite);
    at += chunk.length;
  }
}

function countStored(state: TenantState, chunk: readonly IncidentVersion[], changedAt: Ticks): TenantState {
  const added = chunk.filter(({ stored }) => stored === undefined).length;
  const leftOut = chunk.reduce((sum, version) => sum + measureIncidentWrite(version).leftOutChange, 0);
  return {
    ...state,
    storedIncidents: state.storedIncidents + added,
    leftOutIncidents: Math.max(0, state.leftOutIncidents + leftOut),
    arrivals: noteArrivals(state.arrivals, chunk.flatMap(createdAt), changedAt),
    created: state.created && countCreated(state.created, listCounted(chunk), changedAt),
    lastChangeAt: changedAt,
  };
}

function createdAt({ observed }: IncidentVersion): Ticks[] {
  const at = readTicks(observed.incident.createdTime);
  return at === undefined ? [] : [at];
}

/** A version that is listed is counted instead of the one that was. */
function listCounted(chunk: readonly IncidentVersion[]): { gone: CountedIncident[]; come: CountedIncident[] } {
  return {
    gone: chunk.flatMap(({ stored }) => (stored === undefined || stored.isExpiring ? [] : [stored.incident])),
    come: chunk.map(({ observed }) => observed.incident),
  };
}

/** As many versions as fit into one transaction with the state row; a version that is too large for any is alone. */
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

/** What does not fit one transaction goes ahead of the one that names it; what is named no more is cleared behind it. */
async function writeLarge(deps: WriteDeps, version: IncidentVersion, change: Batch['change']): Promise<void> {
  const { session } = deps;
  const plan = planIncidentWrite(version, { storedAt: 0n, sequence: session.state().sequence + 1n });
  const { incidentId } = version.observed.incident;
  const { newGeneration, areAlertsAhead, indexAhead, generation, staleGeneration } = plan;
  if (areAlertsAhead)
    await writeAhead(session, newGeneration, (state) => ({
      ...state,
      looseGenerations: addLoose(state.looseGenerations, { incidentId, generation }),
    }));
  await writeAhead(session, indexAhead, (state) => ({
    ...state,
    looseIndexes: [...new Set([...state.looseIndexes, incidentId])],
  }));
  await commitRepairing(deps, {
    change: (state) =>
      areAlertsAhead ? switchGeneration(change(state), incidentId, generation, staleGeneration) : change(state),
    rows: (stamp) => planIncidentWrite(version, stamp).rows,
  });
  await clearLooseGenerations(deps);
  await clearLooseIndexes(deps);
}

const ROWS_PER_COMMIT = MAX_TRANSACTION_ROWS - 1;

/** Each part notes what is not yet named, so that the next worker clears it after a crash. */
async function writeAhead(
  session: TenantSession,
  rows: readonly RowOperation[],
  change: (state: TenantState) => TenantState,
): Promise<void> {
  for (const part of splitRows(rows)) await session.commit({ change, rows: () => part });
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
