import type { LeaveCampaigns } from '../campaigns/leave-campaigns.ts';
import { countCreated } from '../domain/incidents/created-counts.ts';
import {
  planDeletions,
  planExpiry,
  takeExpiries,
  type Deletion,
  type Expiry,
} from '../domain/rows/incident-removal.ts';
import { indexKeysOf, unpackIndex, type StoredIndex } from '../domain/rows/stored-index.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { binaryColumn, textColumn } from '../domain/rows/row-columns.ts';
import { allAlertsRange, historyRange, incidentKey, onlyKey, tenantListRange } from '../domain/rows/row-keys.ts';
import { isPollable, type TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowRange, StoredRow } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { TICKS_PER_SECOND, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { openSession, type TenantSession } from '../storing/tenant-session.ts';
import { commitRepairing, type WriteDeps } from '../storing/commit-repairing.ts';
import { listFirstRows } from '../tables/list-first-rows.ts';
import { listRanges } from '../tables/list-ranges.ts';

export interface ExpireDeps {
  table: Table;
  clock: Clock;
  log: Log;
  isOutOfTime(): boolean;
  leaveCampaigns: LeaveCampaigns;
}

/** What a visit of a tenant has brought. */
export interface ExpiryOutcome {
  /** Incidents that are deleted wholly. */
  gone: number;
  /** Why something that is too old may be left, as an error code; `undefined`: nothing is. */
  left: string | undefined;
}

/** With three rows to change each, one transaction holds this many with the state row. */
const INCIDENTS_AT_ONCE = 33;
/** The columns of an incident's own row that decide whether and how it expires. */
const EXPIRY_COLUMNS = [
  'incidentId',
  'createdTime',
  'lastUpdateTime',
  'status',
  'severity',
  'expiring',
  'sourceMissing',
  'index',
] as const;
/** Incidents that are too old lie close together, as ids rise with time; so do their alerts and their history. */
const OWN_ROWS_A_REQUEST = 2 * INCIDENTS_AT_ONCE;
const PARTS_A_REQUEST = 500;

/**
 * Deletes the tenant's incidents that were last updated before `cutoff` (`undefined`: none), and what an earlier run has left.
 * A poll goes first: what is claimed, or about to be, is left to the next run, and so is a tenant that is claimed meanwhile. An
 * incident that was updated meanwhile stays.
 */
export async function expireIncidents(
  deps: ExpireDeps,
  tenantId: TenantId,
  cutoff: Ticks | undefined,
): Promise<ExpiryOutcome> {
  let gone = 0;
  try {
    const session = await openSession(deps.table, deps.clock, tenantId);
    if (session === undefined || session.state().status === 'purging') return { gone, left: undefined };
    requireIdle(session.state(), deps.table.serviceTime());
    const write = { ...deps, session: yieldToPolls(session, deps.table) };
    for (let isMore = true; ;) {
      for await (const count of deleteMarked(write)) {
        gone += count;
        if (deps.isOutOfTime()) return { gone, left: 'out-of-time' };
      }
      if (session.state().expiring.length > 0) continue;
      if (cutoff === undefined || !isMore) return { gone, left: undefined };
      isMore = await markExpired(write, cutoff);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { gone, left: error.code };
  }
}

/** A tick that lists a state row and meets another one when it claims leaves the tenant to the next tick. */
const CLAIM_COMES = { beforeDue: 15n * TICKS_PER_SECOND, afterDue: 30n * TICKS_PER_SECOND };

function requireIdle(state: TenantState, now: Ticks): void {
  const { tenantId, busyUntil, nextDueAt } = state;
  const isDueNow = nextDueAt - CLAIM_COMES.beforeDue <= now && now < nextDueAt + CLAIM_COMES.afterDue;
  if (busyUntil <= now && !(isDueNow && isPollable(state))) return;
  throw new AppError(
    'tenant-taken',
    `Cannot delete what is too old of tenant ${tenantId} as a poll of it is ${busyUntil > now ? 'under way' : 'about to begin'}`,
  );
}

/** Looks at the claim with every commit: a claim changes no `sequence`, and a poll that began would end at ours. */
function yieldToPolls({ state, commit }: TenantSession, table: Table): TenantSession {
  return {
    state,
    commit: (batch) =>
      commit({
        ...batch,
        change: (present) => {
          requireIdle(present, table.serviceTime());
          return batch.change(present);
        },
      }),
  };
}

/** Marks the next incidents that are too old. False when there are no others. */
async function markExpired(deps: WriteDeps, cutoff: Ticks): Promise<boolean> {
  const { table, session } = deps;
  const { tenantId } = session.state();
  const range = tenantListRange(tenantId, 0n, cutoff);
  const shard = shardOf(tenantId);
  const rows = await listFirstRows(table, shard, range, { top: INCIDENTS_AT_ONCE, select: ['incidentId'] });
  if (rows.length === 0) return false;
  const idOf = (row: StoredRow): string => textColumn(row.properties, 'incidentId') ?? '';
  const own = await readOwnRows(deps, rows.map(idOf));
  const found = rows.map((row): Expiry => {
    const incidentId = idOf(row);
    const stored = own.get(incidentKey(tenantId, incidentId));
    const incident = stored === undefined ? undefined : readIncidentRow(stored.properties);
    // A list row that no incident accounts for hides what is behind it from the next run.
    const isOrphan = incident === undefined || incident.isExpiring || incident.updatedAt >= cutoff;
    return isOrphan
      ? { incidentId: undefined, rows: [{ kind: 'delete', rowKey: row.rowKey }] }
      : { incidentId, rows: planExpiry(tenantId, incident), counted: incident.incident };
  });
  const taken = takeExpiries(found);
  const ids = taken.map(({ incidentId }) => incidentId).filter((id) => id !== undefined);
  const counted = taken.map((expiry) => expiry.counted).filter((incident) => incident !== undefined);
  await commitRepairing(deps, {
    change: (state) => ({
      ...state,
      expiring: [...state.expiring, ...ids],
      created: state.created && countCreated(state.created, { gone: counted, come: [] }, table.serviceTime()),
    }),
    rows: () => taken.flatMap(({ rows }) => rows),
  });
  return rows.length === INCIDENTS_AT_ONCE || taken.length < found.length;
}

/** Incidents' own rows, by key. */
async function readOwnRows({ table, session }: WriteDeps, ids: readonly string[]): Promise<Map<string, StoredRow>> {
  const { tenantId } = session.state();
  const ranges = ids.map((incidentId) => onlyKey(incidentKey(tenantId, incidentId)));
  const options = { select: EXPIRY_COLUMNS, top: OWN_ROWS_A_REQUEST };
  const rows = await listRanges(table, shardOf(tenantId), ranges, options);
  return new Map(rows.map((row) => [row.rowKey, row]));
}

/** Deletes what is marked: what belongs to an incident first, the incident last. Yields how many each transaction ended. */
async function* deleteMarked(write: WriteDeps & Pick<ExpireDeps, 'leaveCampaigns'>): AsyncGenerator<number> {
  const marked = write.session.state().expiring.slice(0, INCIDENTS_AT_ONCE);
  if (marked.length === 0) return;
  for (const { rows, ended } of planDeletions(await readDeletions(write, marked))) {
    const ids = new Set(ended.map(({ incidentId }) => incidentId));
    const gone = ended.filter(({ rowKeys }) => rowKeys.length > 0).length;
    const leftOut = ended.filter(({ isLeftOut }) => isLeftOut === true).length;
    await commitRepairing(write, {
      change: (state) => ({
        ...state,
        expiring: state.expiring.filter((incidentId) => !ids.has(incidentId)),
        storedIncidents: Math.max(0, state.storedIncidents - gone),
        leftOutIncidents: Math.max(0, state.leftOutIncidents - leftOut),
      }),
      rows: () => rows,
    });
    yield gone;
  }
}

/** All rows of marked incidents; of one that got a new version meanwhile, none. */
async function readDeletions(
  write: WriteDeps & Pick<ExpireDeps, 'leaveCampaigns'>,
  marked: readonly string[],
): Promise<Deletion[]> {
  const { tenantId } = write.session.state();
  const own = await readOwnRows(write, marked);
  const isGone = (incidentId: string): boolean =>
    own.get(incidentKey(tenantId, incidentId))?.properties['expiring'] === true;
  const gone = marked.filter(isGone);
  // What leads to them has gone, or is not believed, since they were marked.
  const values = gone.flatMap((incidentId) => [...(indexOf(own, tenantId, incidentId)?.rows.keys() ?? [])]);
  await write.leaveCampaigns(tenantId, new Set(values));
  const alerts = await readParts(write, gone, allAlertsRange);
  const history = await readParts(write, gone, historyRange);
  return marked.map((incidentId) => {
    if (!isGone(incidentId)) return { incidentId, rowKeys: [] };
    const rowKey = incidentKey(tenantId, incidentId);
    const index = indexOf(own, tenantId, incidentId);
    // What was believed without a look at the incident went when it was marked.
    const found = index?.isWide === true ? indexKeysOf(tenantId, incidentId, index) : [];
    const parts = [alerts, history].flatMap((of) => of.get(incidentId) ?? []);
    return { incidentId, rowKeys: [...parts, ...found, rowKey], isLeftOut: (index?.leftOut ?? 0) > 0 };
  });
}

function indexOf(own: ReadonlyMap<string, StoredRow>, tenantId: TenantId, incidentId: string): StoredIndex | undefined {
  return unpackIndex(binaryColumn(own.get(incidentKey(tenantId, incidentId))?.properties ?? {}, 'index'));
}

/** Keys of what belongs to incidents, by incident. */
async function readParts(
  { table, session }: WriteDeps,
  incidentIds: readonly string[],
  rangeOf: (tenantId: TenantId, incidentId: string) => RowRange,
): Promise<Map<string, string[]>> {
  const { tenantId } = session.state();
  const ranges = incidentIds.map((incidentId) => ({ incidentId, ...rangeOf(tenantId, incidentId) }));
  const rows = await listRanges(table, shardOf(tenantId), ranges, { select: ['tenantId'], top: PARTS_A_REQUEST });
  const isIn = ({ from, to }: RowRange, key: string): boolean => from <= key && key < to;
  const keys = rows.map(({ rowKey }) => rowKey);
  return new Map(ranges.map((range) => [range.incidentId, keys.filter((key) => isIn(range, key))]));
}
