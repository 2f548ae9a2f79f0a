import type { RowOperation, RowProperties } from '../values/table-row.ts';
import { formatTicks, type Ticks } from '../values/ticks.ts';
import { draftRows, type Draft, type IncidentVersion } from './draft-incident-rows.ts';
import { firstCollectedAt, toAlertRow } from './incident-rows.ts';
import type { IndexWrite } from './plan-index-write.ts';
import { alertKey, changeLogKey, historyKey, incidentKey } from './row-keys.ts';
import { MAX_TRANSACTION_BYTES, operationBytes, ROWS_BESIDE_FENCE } from './row-limits.ts';

/** When and as which commit the rows are written. */
export interface CommitStamp {
  storedAt: Ticks;
  sequence: bigint;
}

export interface IncidentWrite {
  /** Belong into one transaction. */
  rows: RowOperation[];
  /** The alerts are in a new generation, which must exist before `rows` name it. */
  areAlertsAhead: boolean;
  newGeneration: RowOperation[];
  /** The generation that `rows` leave behind and that has to be deleted afterwards. */
  staleGeneration: number | undefined;
  generation: number;
  /** Index rows that have to be there before `rows` name them, the row that says so first; empty for what fits one transaction. */
  indexAhead: RowOperation[];
}

/** What a version takes of a transaction. */
export interface WriteSize {
  /** In addition to the state row. */
  rows: number;
  bytes: number;
  /** It does not fit one transaction: something goes ahead, and what is left behind is cleared afterwards. */
  isLarge: boolean;
  /** By how many the incidents change of which something cannot be found. */
  leftOutChange: number;
}

interface MeasuredDraft {
  draft: Draft;
  size: WriteSize;
  areAlertsAhead: boolean;
  isIndexAhead: boolean;
}

/** Kept, as a version is measured first and planned again with each try to commit it. */
const drafts = new WeakMap<IncidentVersion, MeasuredDraft>();

/** Neither time nor sequence of the commit change the size of a row. */
const SOME_STAMP: CommitStamp = { storedAt: 0n, sequence: 0n };

/** Once it is stored: a page of versions is in hand until its last one is, and their rows are the larger part of it. */
export function forgetIncidentWrite(version: IncidentVersion): void {
  drafts.delete(version);
}

export function measureIncidentWrite(version: IncidentVersion): WriteSize {
  return draftOf(version).size;
}

/** All rows that make `version` the shown one: incident, alerts, history, feed, open list, tenant list, index, change log. */
export function planIncidentWrite(version: IncidentVersion, stamp: CommitStamp): IncidentWrite {
  const { draft, areAlertsAhead, isIndexAhead } = draftOf(version);
  const { index } = draft;
  const generation = areAlertsAhead ? draft.generation + 1 : draft.generation;
  return {
    rows: [
      ...mainRows(version, draft, stamp, generation),
      ...(areAlertsAhead ? [] : draft.alertRowsInPlace),
      ...(isIndexAhead ? index.removals : indexRows(index)),
    ],
    areAlertsAhead,
    newGeneration: areAlertsAhead ? generationRows(version, generation) : [],
    staleGeneration: areAlertsAhead && version.stored !== undefined ? draft.generation : undefined,
    generation,
    indexAhead: isIndexAhead ? [index.intent(), ...index.upserts] : [],
  };
}

function generationRows({ tenantId, observed }: IncidentVersion, generation: number): RowOperation[] {
  return observed.alerts.map((alert) => ({
    kind: 'upsert',
    rowKey: alertKey(tenantId, observed.incident.incidentId, generation, alert.alertId),
    properties: toAlertRow(tenantId, alert),
  }));
}

const indexRows = ({ upserts, removals, laterRemovals }: IndexWrite): RowOperation[] => [
  ...upserts,
  ...removals,
  ...laterRemovals,
];

function draftOf(version: IncidentVersion): MeasuredDraft {
  const known = drafts.get(version);
  if (known !== undefined) return known;
  const made = layOut(version, draftRows(version));
  drafts.set(version, made);
  return made;
}

/** Index rows go ahead only where no reader believes them before their incident names them. */
function layOut(version: IncidentVersion, draft: Draft): MeasuredDraft {
  const { index } = draft;
  const main = measureRows(mainRows(version, draft, SOME_STAMP, draft.generation));
  const all = addSizes(main, measureRows(indexRows(index)));
  const isIndexAhead = index.isWide && isTooMuch(all);
  const rest = isIndexAhead ? addSizes(main, measureRows(index.removals)) : all;
  const whole = addSizes(rest, measureRows(draft.alertRowsInPlace));
  const areAlertsAhead = isTooMuch(whole);
  const size = { ...whole, isLarge: areAlertsAhead || isIndexAhead, leftOutChange: index.leftOutChange };
  return { draft, size, areAlertsAhead, isIndexAhead };
}

type RowsSize = Pick<WriteSize, 'rows' | 'bytes'>;

function measureRows(all: readonly RowOperation[]): RowsSize {
  return { rows: all.length, bytes: all.reduce((sum, row) => sum + operationBytes(row), 0) };
}

const addSizes = (a: RowsSize, b: RowsSize): RowsSize => ({ rows: a.rows + b.rows, bytes: a.bytes + b.bytes });

const isTooMuch = ({ rows, bytes }: RowsSize): boolean => rows > ROWS_BESIDE_FENCE || bytes > MAX_TRANSACTION_BYTES;

function mainRows(
  { tenantId, observed, stored }: IncidentVersion,
  draft: Draft,
  { storedAt, sequence }: CommitStamp,
  generation: number,
): RowOperation[] {
  const { incidentId } = observed.incident;
  const collectedAt = formatTicks(storedAt);
  const times = { collectedAt, firstCollectedAt: firstCollectedAt(stored, collectedAt) };
  return [
    {
      kind: stored === undefined ? 'insert' : 'upsert',
      rowKey: incidentKey(tenantId, incidentId),
      properties: { ...draft.shown, ...times, generation },
    },
    ...listRows(draft, { ...draft.list, ...times }),
    {
      kind: 'upsert',
      rowKey: historyKey(tenantId, incidentId, observed.updatedAt, sequence),
      properties: { ...draft.history, at: collectedAt },
    },
    {
      kind: 'upsert',
      rowKey: changeLogKey(storedAt, tenantId, incidentId),
      properties: { ...draft.log, storedAt: collectedAt },
    },
  ];
}

/** The list rows move with the update time; one whose key stays is written in place. */
function listRows({ listKeys, oldListKeys }: Draft, properties: RowProperties): RowOperation[] {
  const removed = oldListKeys.filter((rowKey) => !listKeys.includes(rowKey));
  return [
    ...listKeys.map((rowKey): RowOperation => ({ kind: 'upsert', rowKey, properties })),
    ...removed.map((rowKey): RowOperation => ({ kind: 'delete', rowKey })),
  ];
}
