import { planDelisting } from '../domain/rows/incident-removal.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { kindRange, tenantRange } from '../domain/rows/row-keys.ts';
import { MAX_TRANSACTION_ROWS } from '../domain/rows/row-limits.ts';
import { countErased, FIRST_POSITION, NOTHING_ERASED, type PurgePosition } from '../domain/tenants/erasure.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowOperation, RowRange, StoredRow } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { maxTicks, TICKS_PER_MINUTE, type Ticks } from '../domain/values/ticks.ts';
import { commitRepairing, type WriteDeps } from '../storing/write-incidents.ts';

export interface EraseDeps extends WriteDeps {
  isOutOfTime(): boolean;
}

/** An incident's own row and its three places in lists, so that one transaction holds them beside the state row. */
const INCIDENTS_AT_ONCE = 24;
const INCIDENT_COLUMNS = ['incidentId', 'lastUpdateTime', 'status', 'expiring', 'sourceMissing'];
/** No tick sends the tenant to a second run while this one commits. */
const CLAIM = 10n * TICKS_PER_MINUTE;

/** Incidents first, with their places in the lists; then what is left by key; last what lies among the rows of all others. */
const STAGES = ['incidents', 'U', 'I', 'A', 'H', 'F', 'O', 'C'] as const;
type Stage = (typeof STAGES)[number];

/** So many requests without a row of the tenant's: a process that dies then does not look through all of them again. */
const PAGES_BETWEEN_NOTES = 100;

interface Pass extends PurgePosition {
  pages: number;
}

/**
 * Deletes every row of the tenant but its state row. True when a last pass through all kinds of rows has found none. False when
 * time is up: where the pass stands is in the state row, so that it ends however large the partition is, and the claim is given
 * up. No row can come behind the place it stands at: the order of the purge has fenced off whoever could write one.
 */
export async function eraseAll(deps: EraseDeps): Promise<boolean> {
  const { session, isOutOfTime } = deps;
  const pass: Pass = { ...(session.state().purge?.position ?? FIRST_POSITION), pages: 0 };
  while (!isOutOfTime()) {
    await continuePass(deps, pass);
    if (pass.stage < STAGES.length) break;
    if (pass.found === 0) return true;
    Object.assign(pass, FIRST_POSITION);
  }
  await notePosition(deps, pass, () => 0n);
  return false;
}

async function continuePass(deps: EraseDeps, pass: Pass): Promise<void> {
  do {
    const stage = STAGES[pass.stage];
    if (stage === undefined || !(await continueStage(deps, pass, stage))) return;
    Object.assign(pass, { stage: pass.stage + 1, from: '' });
  } while (!deps.isOutOfTime());
}

interface Reading {
  range: RowRange;
  select: readonly string[];
  top: number;
  /** Keys of what is to go because of a row. */
  keysOf(row: StoredRow): string[];
}

function readingOf(stage: Stage, tenantId: TenantId): Reading {
  switch (stage) {
    case 'incidents':
      // Each incident goes together with its places in the lists: no reader meets a list row that leads nowhere.
      return {
        range: tenantRange('I', tenantId),
        select: INCIDENT_COLUMNS,
        top: INCIDENTS_AT_ONCE,
        keysOf: ({ rowKey, properties }) => [
          rowKey,
          ...planDelisting(tenantId, readIncidentRow(properties)).map((list) => list.rowKey),
        ],
      };
    case 'F':
    case 'O':
    case 'C':
      return {
        range: kindRange(stage),
        select: ['tenantId'],
        top: 1_000,
        keysOf: ({ rowKey, properties }) => (properties['tenantId'] === tenantId ? [rowKey] : []),
      };
    case 'U':
    case 'I':
    case 'A':
    case 'H':
      return {
        range: tenantRange(stage, tenantId),
        select: ['tenantId'],
        top: MAX_TRANSACTION_ROWS - 1,
        keysOf: ({ rowKey }) => [rowKey],
      };
  }
}

/** True when the stage's rows are all looked at; false when time is up. */
async function continueStage(deps: EraseDeps, pass: Pass, stage: Stage): Promise<boolean> {
  const { table, session, isOutOfTime } = deps;
  const { tenantId } = session.state();
  const { range, select, top, keysOf } = readingOf(stage, tenantId);
  const rest = { ...range, from: pass.from === '' ? range.from : pass.from };
  let next: string | undefined;
  do {
    const page = await table.list(shardOf(tenantId), rest, { select, top, ...(next !== undefined && { next }) });
    const keys = page.rows.flatMap(keysOf);
    for (let at = 0; at < keys.length; at += MAX_TRANSACTION_ROWS - 1)
      await eraseRows(deps, pass, keys.slice(at, at + MAX_TRANSACTION_ROWS - 1));
    pass.from = page.rows.at(-1)?.rowKey ?? pass.from;
    pass.pages += 1;
    if (pass.pages % PAGES_BETWEEN_NOTES === 0) await notePosition(deps, pass, claimUntil);
    next = page.next;
  } while (next !== undefined && !isOutOfTime());
  return next === undefined;
}

async function eraseRows(deps: EraseDeps, pass: Pass, rowKeys: readonly string[]): Promise<void> {
  pass.found += rowKeys.length;
  await commitRepairing(deps, {
    change: (state) => withPosition(deps, state, pass, claimUntil, rowKeys),
    rows: () => rowKeys.map((rowKey): RowOperation => ({ kind: 'delete', rowKey })),
  });
}

function notePosition(deps: EraseDeps, pass: Pass, busyUntil: BusyUntil): Promise<void> {
  return deps.session.commit({ change: (state) => withPosition(deps, state, pass, busyUntil) });
}

type BusyUntil = (present: Ticks, now: Ticks) => Ticks;

const claimUntil: BusyUntil = (present, now) => maxTicks(present, now + CLAIM);

function withPosition(
  { table }: EraseDeps,
  state: TenantState,
  { stage, from, found }: Pass,
  busyUntil: BusyUntil,
  rowKeys: readonly string[] = [],
): TenantState {
  return {
    ...state,
    busyUntil: busyUntil(state.busyUntil, table.serviceTime()),
    purge: {
      startedAt: state.purge?.startedAt ?? state.statusSince,
      erased: countErased(state.purge?.erased ?? NOTHING_ERASED, rowKeys),
      position: { stage, from, found },
    },
  };
}
