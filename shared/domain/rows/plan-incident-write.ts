import type { RowOperation, RowProperties } from '../values/table-row.ts';
import { formatTicks, type Ticks } from '../values/ticks.ts';
import { draftRows, type Draft, type IncidentVersion } from './draft-incident-rows.ts';
import { firstCollectedAt, toAlertRow } from './incident-rows.ts';
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
  /** Alert rows of a new generation that have to be there before `rows` name it; empty for what fits one transaction. */
  newGeneration: RowOperation[];
  /** The generation that `rows` leave behind and that has to be deleted afterwards. */
  staleGeneration: number | undefined;
  generation: number;
  /** The version does not fit one transaction: `newGeneration` goes first and `staleGeneration` is cleared afterwards. */
  isLarge: boolean;
}

/** What a version takes of a transaction. */
export interface WriteSize {
  /** Beside the state row. */
  rows: number;
  bytes: number;
  /** As of `IncidentWrite`; then `rows` and `bytes` are those of the version if it fitted. */
  isLarge: boolean;
}

interface MeasuredDraft {
  draft: Draft;
  size: WriteSize;
}

/** Kept, as a version is measured first and planned again with each try to commit it. */
const drafts = new WeakMap<IncidentVersion, MeasuredDraft>();

/** Neither time nor sequence of the commit change the size of a row. */
const SOME_STAMP: CommitStamp = { storedAt: 0n, sequence: 0n };

export function measureIncidentWrite(version: IncidentVersion): WriteSize {
  return draftOf(version).size;
}

/** All rows that make `version` the shown one: incident, alerts, history, feed, open list, tenant list, change log. */
export function planIncidentWrite(version: IncidentVersion, stamp: CommitStamp): IncidentWrite {
  const { draft, size } = draftOf(version);
  const { generation } = draft;
  if (!size.isLarge)
    return {
      rows: [...mainRows(version, draft, stamp, generation), ...draft.alertRowsInPlace],
      newGeneration: [],
      staleGeneration: undefined,
      generation,
      isLarge: false,
    };
  const next = generation + 1;
  return {
    rows: mainRows(version, draft, stamp, next),
    newGeneration: version.observed.alerts.map((alert) => ({
      kind: 'upsert',
      rowKey: alertKey(version.tenantId, version.observed.incident.incidentId, next, alert.alertId),
      properties: toAlertRow(version.tenantId, alert),
    })),
    staleGeneration: version.stored === undefined ? undefined : generation,
    generation: next,
    isLarge: true,
  };
}

function draftOf(version: IncidentVersion): MeasuredDraft {
  const known = drafts.get(version);
  if (known !== undefined) return known;
  const draft = draftRows(version);
  const inPlace = [...mainRows(version, draft, SOME_STAMP, draft.generation), ...draft.alertRowsInPlace];
  const made = { draft, size: measureRows(inPlace) };
  drafts.set(version, made);
  return made;
}

function measureRows(all: readonly RowOperation[]): WriteSize {
  const rows = all.length;
  const bytes = all.reduce((sum, row) => sum + operationBytes(row), 0);
  return { rows, bytes, isLarge: rows > ROWS_BESIDE_FENCE || bytes > MAX_TRANSACTION_BYTES };
}

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
