import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { cutBefore } from '../domain/reading/read-cycle.ts';
import { planSourceMissing } from '../domain/rows/plan-source-missing.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { encodeId, incidentKey, tenantListRange } from '../domain/rows/row-keys.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { MAX_TICKS, readTicks, TICKS_PER_HOUR, type Ticks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { CycleDeps } from '../reading/cycle-progress.ts';
import type { KnownWindow } from '../reading/cycle-reading.ts';
import { readIncident, readsById } from '../reading/read-incident.ts';
import { storeIncidents } from '../storing/store-incidents.ts';
import { commitRepairing } from '../storing/commit-repairing.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

/** A second 404 counts a day after the first. An hour less, because two reconciliations of a tenant are not exactly a day apart. */
const A_DAY_APART = 23n * TICKS_PER_HOUR;

const COLUMNS = ['incidentId', 'createdTime', 'lastUpdateTime', 'missingSince', 'sourceMissing'];

/**
 * Requests each incident by its id that is stored in a window and was not listed. A removed incident is marked in its own list
 * row first, and a day later for readers. Returns the time up to which the window is compared: its end, or the first incident for
 * which no call was left.
 */
export async function findVanished(deps: CycleDeps, known: KnownWindow): Promise<Ticks | undefined> {
  const { window, incidents, knownBefore = 0n, callsLeft } = known;
  const { tenantId } = deps.session.state();
  const range = tenantListRange(tenantId, window.from, window.to ?? MAX_TICKS);
  const rows = await listAllRows(deps.table, shardOf(tenantId), range, COLUMNS);
  const shown = new Set(incidents.map(({ incident }) => encodeId(incident.incidentId)));
  const isShown = ({ rowKey }: StoredRow): boolean => shown.has(rowKey.slice(rowKey.lastIndexOf('!') + 1));
  // A dense range that took several runs has more incidents than one run has calls: each run would try in vain.
  const isKnown = ({ properties }: StoredRow): boolean =>
    (readTicks(properties['createdTime']) ?? MAX_TICKS) < knownBefore;
  for (const row of rows.filter((row) => isShown(row) && missingSince(row) > 0n))
    await markMissing(deps, row.rowKey, 0n);
  const before = deps.reader.callsMade();
  // The list is newest first; the cursor goes the other way.
  for (const row of rows.reverse()) {
    if (isShown(row) || isKnown(row) || !isToBeAsked(row, deps.table.serviceTime())) continue;
    const cut = cutBefore(readTicks(row.properties['lastUpdateTime']) ?? window.from);
    if (deps.reader.callsMade() - before >= callsLeft && cut > window.from) return cut;
    await askById(deps, row);
  }
  return window.to;
}

const missingSince = ({ properties }: StoredRow): Ticks => {
  const since = properties['missingSince'];
  return typeof since === 'bigint' ? since : 0n;
};

/** An incident that is marked as removed comes back only when it is listed again. */
function isToBeAsked(row: StoredRow, now: Ticks): boolean {
  return row.properties['sourceMissing'] !== true && now - missingSince(row) >= A_DAY_APART;
}

async function askById(deps: CycleDeps, row: StoredRow): Promise<void> {
  const incidentId = textColumn(row.properties, 'incidentId') ?? '';
  const found = await readOrLeave(deps, incidentId);
  if (found === 'unreadable') return;
  if (found !== undefined) await storeFound(deps, found);
  else if (missingSince(row) === 0n) await markMissing(deps, row.rowKey, deps.table.serviceTime());
  else await commitMissing(deps, incidentId);
}

/** An incident whose request fails is neither removed nor changed as far as is known: the next reconciliation requests it again. */
async function readOrLeave(
  { reader, session, log }: CycleDeps,
  incidentId: string,
): Promise<ObservedIncident | 'unreadable' | undefined> {
  try {
    return await readIncident(reader, incidentId);
  } catch (error) {
    if (!hasCode(error, 'incident-unreadable')) throw error;
    log('warn', 'incident_unreadable', { tenantId: session.state().tenantId, incidentId });
    return 'unreadable';
  }
}

/** The incident has changed since its window was read, or the list hides it: either way its present version is stored. */
async function storeFound({ table, session, log, reader, known, onStored }: CycleDeps, found: ObservedIncident) {
  const written = await storeIncidents(
    { table, session, log, ...readsById(reader) },
    {
      incidents: [found],
      waiting: [],
      wholeSince: table.serviceTime(),
      isBackfill: false,
      known,
      advance: (state) => state,
      believesList: false,
      onUnreadable: () => undefined,
    },
  );
  onStored(written);
}

async function markMissing({ session }: CycleDeps, rowKey: string, since: Ticks): Promise<void> {
  await session.commit({
    change: (state) => state,
    rows: () => [{ kind: 'merge', rowKey, properties: { missingSince: since } }],
  });
}

async function commitMissing(deps: CycleDeps, incidentId: string): Promise<void> {
  const { table, session, log } = deps;
  const { tenantId } = session.state();
  const row = await table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (row === undefined) return;
  const stored = readIncidentRow(row.properties);
  await commitRepairing(deps, {
    change: (state) => ({ ...state, lastChangeAt: table.serviceTime() }),
    rows: (stamp) => planSourceMissing(tenantId, stored, stamp),
  });
  log('warn', 'source_missing', { tenantId, incidentId });
}
