import { confirmChangeLog } from './confirm-change-log.ts';
import type { Batch, TenantSession } from './commit.ts';
import { fingerprintOf } from './domain/fingerprints.ts';
import type { ObservedIncident } from './domain/incident.ts';
import { mapLimited } from './domain/map-limited.ts';
import { planIncidentWrite, type IncidentVersion } from './domain/plan-incident-write.ts';
import { ALERT_KEY_COLUMNS, readAlertKey, readIncidentRow, textColumn } from './domain/read-incident-rows.ts';
import { alertRange, encodeId, incidentKey, tenantListRange } from './domain/row-keys.ts';
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ROWS, operationBytes } from './domain/row-limits.ts';
import type { StoredAlertKey, StoredIncident } from './domain/stored-incident.ts';
import type { RowOperation } from './domain/table-row.ts';
import type { LooseGeneration, TenantState } from './domain/tenant-state.ts';
import { shardOf } from './domain/tenant-id.ts';
import { maxTicks, minTicks, TICKS_PER_DAY, type Ticks } from './domain/ticks.ts';
import { hasCode } from './errors.ts';
import { listAllRows } from './list-all-rows.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';

export interface StoreDeps {
  table: Table;
  session: TenantSession;
  log: Log;
  /** One read by id at the source; `undefined` when the source has no such incident. */
  readById(incidentId: string): Promise<ObservedIncident | undefined>;
}

export interface StoreRequest {
  incidents: readonly ObservedIncident[];
  isBackfill: boolean;
  /** Fingerprint → update time of versions known to be stored. Gains every version of this request. */
  known: Map<string, Ticks>;
  /** Applied with each transaction: everything dated before `reached` is stored then; `undefined`: the whole request is. */
  advance(state: TenantState, reached: Ticks | undefined): TenantState;
}

/** Point reads of one page under way at once; the partition serves 2,000 rows a second. */
const READS_AT_ONCE = 8;
/** From here on one range read is cheaper than point reads that mostly find the version stored. */
const RANGE_READ_FROM = 8;

/**
 * Stores the versions that are not stored yet, oldest first, as many whole incidents a transaction as fit. Answers how many
 * versions were written; none of them twice, whoever else works on the tenant.
 */
export async function storeIncidents(deps: StoreDeps, request: StoreRequest): Promise<number> {
  const fresh = newestById(request.incidents).filter((observed) => !request.known.has(fingerprintOf(observed)));
  const unstored = await dropStored(deps, fresh);
  const found = await mapLimited(unstored, READS_AT_ONCE, async (observed) => ({
    // The cursor follows the listed time: a version that was settled by id may carry another one.
    listedAt: observed.updatedAt,
    version: await toVersion(deps, observed, request.isBackfill),
  }));
  const listed = found
    .filter((entry): entry is ListedVersion => entry.version !== undefined)
    .sort((a, b) => (a.listedAt < b.listedAt ? -1 : a.listedAt > b.listedAt ? 1 : 0));
  const versions = listed.map(({ version }) => version);
  await writeVersions(deps, listed, request);
  for (const observed of [...request.incidents, ...versions.map(({ observed: written }) => written)])
    request.known.set(fingerprintOf(observed), observed.updatedAt);
  return versions.length;
}

interface ListedVersion {
  listedAt: Ticks;
  version: IncidentVersion;
}

function newestById(incidents: readonly ObservedIncident[]): ObservedIncident[] {
  const newest = new Map<string, ObservedIncident>();
  for (const observed of incidents) {
    const key = encodeId(observed.incident.incidentId);
    const known = newest.get(key);
    if (known === undefined || observed.updatedAt >= known.updatedAt) newest.set(key, observed);
  }
  return [...newest.values()];
}

/** Leaves out what the tenant's own list shows with the same time and content: one range read instead of many point reads. */
async function dropStored({ table, session }: StoreDeps, incidents: ObservedIncident[]): Promise<ObservedIncident[]> {
  const [first] = incidents;
  if (first === undefined || incidents.length < RANGE_READ_FROM) return incidents;
  const { tenantId } = session.state();
  const oldest = incidents.reduce((least, { updatedAt }) => minTicks(least, updatedAt), first.updatedAt);
  const newest = incidents.reduce((most, { updatedAt }) => maxTicks(most, updatedAt), first.updatedAt);
  const rows = await listAllRows(table, shardOf(tenantId), tenantListRange(tenantId, oldest, newest + 1n), [
    'contentHash',
  ]);
  const stored = new Map(
    rows.map((row) => [row.rowKey.slice(row.rowKey.indexOf('!') + 1), textColumn(row.properties, 'contentHash')]),
  );
  const keyOf = ({ incident, updatedAt }: ObservedIncident): string => {
    const { from } = tenantListRange(tenantId, updatedAt, updatedAt + 1n);
    return `${from.slice(from.indexOf('!') + 1)}!${encodeId(incident.incidentId)}`;
  };
  return incidents.filter((observed) => stored.get(keyOf(observed)) !== observed.contentHash);
}

/** Decides whether the observed version is to be stored; what looks older or from the future is asked for by id first. */
async function toVersion(
  deps: StoreDeps,
  observed: ObservedIncident,
  isBackfill: boolean,
): Promise<IncidentVersion | undefined> {
  const { table, session } = deps;
  const { tenantId } = session.state();
  const row = await table.get(shardOf(tenantId), incidentKey(tenantId, observed.incident.incidentId));
  const stored = row === undefined ? undefined : readIncidentRow(row.properties);
  const isDoubtful =
    observed.updatedAt > table.serviceTime() + TICKS_PER_DAY ||
    (stored !== undefined && observed.updatedAt < stored.updatedAt);
  const settled = isDoubtful ? await deps.readById(observed.incident.incidentId) : observed;
  if (settled === undefined || isSameVersion(settled, stored)) return undefined;
  const storedAlerts = stored === undefined ? [] : await readStoredAlerts(deps, stored);
  const wentBack = stored !== undefined && settled.updatedAt < stored.updatedAt;
  return { tenantId, observed: settled, stored, storedAlerts, isBackfill, wentBack };
}

function isSameVersion(observed: ObservedIncident, stored: StoredIncident | undefined): boolean {
  return stored !== undefined && stored.updatedAt === observed.updatedAt && stored.contentHash === observed.contentHash;
}

async function readStoredAlerts({ table, session }: StoreDeps, stored: StoredIncident): Promise<StoredAlertKey[]> {
  const { tenantId } = session.state();
  const range = alertRange(tenantId, stored.incident.incidentId, stored.generation);
  return (await listAllRows(table, shardOf(tenantId), range, ALERT_KEY_COLUMNS)).map(readAlertKey);
}

async function writeVersions(deps: StoreDeps, listed: readonly ListedVersion[], request: StoreRequest): Promise<void> {
  let at = 0;
  while (at < listed.length) {
    const chunk = takeChunk(
      deps,
      listed.slice(at, at + MAX_TRANSACTION_ROWS).map(({ version }) => version),
    );
    const reached = listed[at + chunk.length]?.listedAt;
    const change: Batch['change'] = (state) =>
      countStored(request.advance(state, reached), chunk, deps.table.serviceTime());
    await writeChunk(deps, chunk, change);
    at += chunk.length;
  }
}

function countStored(state: TenantState, chunk: readonly IncidentVersion[], changedAt: Ticks): TenantState {
  const added = chunk.filter(({ stored }) => stored === undefined).length;
  return { ...state, storedIncidents: state.storedIncidents + added, lastChangeAt: changedAt };
}

/** As many versions as fit one transaction beside the state row; a version that fits none by itself stands alone. */
function takeChunk({ session }: StoreDeps, versions: readonly IncidentVersion[]): IncidentVersion[] {
  const stamp = { storedAt: 0n, sequence: session.state().sequence + 1n };
  const chunk: IncidentVersion[] = [];
  let rows = 1;
  let bytes = 0;
  for (const version of versions) {
    const write = planIncidentWrite(version, stamp);
    rows += write.rows.length;
    bytes += write.rows.reduce((sum, row) => sum + operationBytes(row), 0);
    if (chunk.length > 0 && (write.isLarge || rows > MAX_TRANSACTION_ROWS || bytes > MAX_TRANSACTION_BYTES)) break;
    chunk.push(version);
    if (write.isLarge) break;
  }
  return chunk;
}

async function writeChunk(deps: StoreDeps, chunk: readonly IncidentVersion[], change: Batch['change']): Promise<void> {
  const { session } = deps;
  const [first] = chunk;
  if (first === undefined) return;
  const plan = planIncidentWrite(first, { storedAt: 0n, sequence: session.state().sequence + 1n });
  const { incidentId } = first.observed.incident;
  const { isLarge } = plan;
  if (isLarge) await writeGeneration(session, { incidentId, generation: plan.generation }, plan.newGeneration);
  await commitRepairing(deps, {
    change: (state) =>
      isLarge ? switchGeneration(change(state), incidentId, plan.generation, plan.staleGeneration) : change(state),
    rows: (stamp) => chunk.flatMap((version) => planIncidentWrite(version, stamp).rows),
  });
  if (isLarge) await clearLooseGenerations(deps);
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
export async function clearLooseGenerations({ table, session }: StoreDeps): Promise<void> {
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
async function commitRepairing({ session, table, log }: StoreDeps, batch: Required<Batch>): Promise<void> {
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
  if (table.serviceTime() - (session.state().unconfirmedStamp ?? table.serviceTime()) > 300_000_000n)
    await confirmChangeLog(table, session);
}
