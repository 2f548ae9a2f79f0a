import type { StoredIncident } from '../domain/incidents/stored-incident.ts';
import { planDelisting } from '../domain/rows/incident-removal.ts';
import { indexKeysOf, unpackIndex } from '../domain/rows/stored-index.ts';
import { readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { kindRange, tenantRange } from '../domain/rows/row-keys.ts';
import { ROWS_BESIDE_FENCE } from '../domain/rows/row-limits.ts';
import { countErased, FIRST_POSITION, NOTHING_ERASED, type PurgePosition } from '../domain/tenants/erasure.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { RowOperation, RowRange, StoredRow } from '../domain/values/table-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { maxTicks, TICKS_PER_MINUTE, type Ticks } from '../domain/values/ticks.ts';
import { commitRepairing, type WriteDeps } from '../storing/commit-repairing.ts';

export interface EraseDeps extends WriteDeps {
  isOutOfTime(): boolean;
}

/** Incidents of one request: each is deleted with its list rows and its index rows. */
const INCIDENTS_AT_ONCE = 24;
const INCIDENT_COLUMNS = [
  'incidentId',
  'lastUpdateTime',
  'createdTime',
  'status',
  'expiring',
  'sourceMissing',
  'index',
];
/** No tick sends the tenant to a second run while this one commits. */
const CLAIM = 10n * TICKS_PER_MINUTE;

/** Incidents first, with their places in the lists; then what is left by key; last what lies among the rows of all others. */
const STAGES = ['incidents', 'U', 'I', 'A', 'H', 'F', 'O', 'C', 'E', 'X'] as const;
type Stage = (typeof STAGES)[number];

/**
 * The position is saved after this many requests without a row of the tenant: a process that dies then does not scan all of
 * them again.
 */
const PAGES_BETWEEN_NOTES = 100;

interface Pass extends PurgePosition {
  pages: number;
}

/**
 * Deletes every row of the tenant but its state row. True when a last pass through all kinds of rows has found none. False when
 * time is up: the position of the pass is in the state row, so that it ends however large the partition is, and the claim is
 * given up. No row can be added behind that position: the order of the purge has fenced off every writer.
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
  /** Keys of what is to go because of a row; each list of them in one transaction, in this order. */
  keysOf(row: StoredRow): string[][];
}

function readingOf(stage: Stage, tenantId: TenantId): Reading {
  switch (stage) {
    case 'incidents':
      // Each incident goes together with its places in the lists: no reader meets a list row that leads nowhere.
      return {
        range: tenantRange('I', tenantId),
        select: INCIDENT_COLUMNS,
        top: INCIDENTS_AT_ONCE,
        keysOf: ({ rowKey, properties }) => keysOfIncident(tenantId, rowKey, readIncidentRow(properties)),
      };
    case 'F':
    case 'O':
    case 'C':
    case 'E':
      return {
        range: kindRange(stage),
        select: ['tenantId'],
        top: 1_000,
        keysOf: ({ rowKey, properties }) => (properties['tenantId'] === tenantId ? [[rowKey]] : []),
      };
    case 'U':
    case 'I':
    case 'A':
    case 'H':
    case 'X':
      return {
        range: tenantRange(stage, tenantId),
        select: ['tenantId'],
        top: ROWS_BESIDE_FENCE,
        keysOf: ({ rowKey }) => [[rowKey]],
      };
  }
}

/** What no reader believes without the incident goes before it: a process that dies in between finds the incident again. */
function keysOfIncident(tenantId: TenantId, rowKey: string, stored: StoredIncident): string[][] {
  const delisting = planDelisting(tenantId, stored).map((list) => list.rowKey);
  const index = unpackIndex(stored.index);
  const isGone = index === undefined || (stored.isExpiring && !index.isWide);
  const all = isGone ? [] : indexKeysOf(tenantId, stored.incident.incidentId, index);
  const rest = all.filter((key) => !delisting.includes(key));
  return [...chunks(rest), [...delisting, rowKey]];
}

function chunks(rowKeys: readonly string[]): string[][] {
  const starts = Array.from(
    { length: Math.ceil(rowKeys.length / ROWS_BESIDE_FENCE) },
    (_, at) => at * ROWS_BESIDE_FENCE,
  );
  return starts.map((start) => rowKeys.slice(start, start + ROWS_BESIDE_FENCE));
}

/** As many whole lists of keys a transaction as fit. */
function packKeys(lists: readonly (readonly string[])[]): string[][] {
  const packed: string[][] = [];
  for (const keys of lists) {
    const last = packed.at(-1);
    if (last === undefined || last.length + keys.length > ROWS_BESIDE_FENCE) packed.push([...keys]);
    else last.push(...keys);
  }
  return packed;
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
    for (const keys of packKeys(page.rows.flatMap(keysOf))) await eraseRows(deps, pass, keys);
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
