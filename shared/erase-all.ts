import { countErased, NOTHING_ERASED } from './domain/erasure.ts';
import { planDelisting } from './domain/incident-removal.ts';
import { readIncidentRow } from './domain/read-incident-rows.ts';
import { kindRange, tenantRange } from './domain/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from './domain/row-limits.ts';
import type { RowOperation, RowRange, StoredRow } from './domain/table-row.ts';
import { shardOf } from './domain/tenant-id.ts';
import { maxTicks, TICKS_PER_MINUTE } from './domain/ticks.ts';
import { commitRepairing, type WriteDeps } from './write-incidents.ts';

export interface EraseDeps extends WriteDeps {
  isOutOfTime(): boolean;
}

/** An incident's own row and its three places in lists, so that one transaction holds them beside the state row. */
const INCIDENTS_AT_ONCE = 24;
const INCIDENT_COLUMNS = ['incidentId', 'lastUpdateTime', 'status', 'expiring', 'sourceMissing'];
/** No tick sends the tenant to a second run while this one commits. */
const CLAIM = 10n * TICKS_PER_MINUTE;

/** Deletes every row of the tenant but its state row. True when a last look at all kinds of rows has found none; false when time is up. */
export async function eraseAll(deps: EraseDeps): Promise<boolean> {
  let found = Infinity;
  while (found > 0 && !deps.isOutOfTime()) {
    found = await eraseIncidents(deps);
    for (const kind of ['U', 'I', 'A', 'H'] as const) found += await eraseOwn(deps, kind);
    // In these the tenant's rows lie among those of all others.
    for (const kind of ['F', 'O', 'C'] as const) found += await eraseAmongOthers(deps, kind);
  }
  return found === 0 && !deps.isOutOfTime();
}

/** Each incident goes together with its places in the lists: no reader meets a list row that leads nowhere. */
async function eraseIncidents(deps: EraseDeps): Promise<number> {
  const { tenantId } = deps.session.state();
  return eachPage(deps, tenantRange('I', tenantId), INCIDENT_COLUMNS, INCIDENTS_AT_ONCE, (rows) => {
    const keys = rows.flatMap((row) => {
      const lists = planDelisting(tenantId, readIncidentRow(row.properties));
      return [row.rowKey, ...lists.map(({ rowKey }) => rowKey)];
    });
    return eraseRows(deps, keys);
  });
}

function eraseOwn(deps: EraseDeps, kind: 'U' | 'I' | 'A' | 'H'): Promise<number> {
  const range = tenantRange(kind, deps.session.state().tenantId);
  return eachPage(deps, range, ['tenantId'], MAX_TRANSACTION_ROWS - 1, (rows) =>
    eraseRows(
      deps,
      rows.map(({ rowKey }) => rowKey),
    ),
  );
}

function eraseAmongOthers(deps: EraseDeps, kind: 'F' | 'O' | 'C'): Promise<number> {
  const { tenantId } = deps.session.state();
  return eachPage(deps, kindRange(kind), ['tenantId'], 1_000, async (rows) => {
    const keys = rows.filter(({ properties }) => properties['tenantId'] === tenantId).map(({ rowKey }) => rowKey);
    let erased = 0;
    for (let at = 0; at < keys.length; at += MAX_TRANSACTION_ROWS - 1)
      erased += await eraseRows(deps, keys.slice(at, at + MAX_TRANSACTION_ROWS - 1));
    return erased;
  });
}

async function eachPage(
  { table, session, isOutOfTime }: EraseDeps,
  range: RowRange,
  select: readonly string[],
  top: number,
  erase: (rows: readonly StoredRow[]) => Promise<number>,
): Promise<number> {
  const shard = shardOf(session.state().tenantId);
  let erased = 0;
  let next: string | undefined;
  do {
    const page = await table.list(shard, range, { select, top, ...(next !== undefined && { next }) });
    erased += await erase(page.rows);
    next = page.next;
  } while (next !== undefined && !isOutOfTime());
  return erased;
}

async function eraseRows(deps: EraseDeps, rowKeys: readonly string[]): Promise<number> {
  if (rowKeys.length === 0) return 0;
  const { table } = deps;
  await commitRepairing(deps, {
    change: (state) => ({
      ...state,
      busyUntil: maxTicks(state.busyUntil, table.serviceTime() + CLAIM),
      purge: {
        startedAt: state.purge?.startedAt ?? state.statusSince,
        erased: countErased(state.purge?.erased ?? NOTHING_ERASED, rowKeys),
      },
    }),
    rows: () => rowKeys.map((rowKey): RowOperation => ({ kind: 'delete', rowKey })),
  });
  return rowKeys.length;
}
