import { isOpen, type Incident, type ObservedIncident } from './incident.ts';
import { changeKind, compareAlerts, compareIncidents, type FieldChange } from './incident-changes.ts';
import {
  alertHash,
  firstCollectedAt,
  toAlertRow,
  toChangeLogRow,
  toHistoryRow,
  toIncidentRow,
  toListRow,
  type RowStamp,
} from './incident-rows.ts';
import { readIncidentRow } from './read-incident-rows.ts';
import { alertKey, changeLogKey, feedKey, historyKey, incidentKey, openKey, tenantListKey } from './row-keys.ts';
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ROWS, operationBytes } from './row-limits.ts';
import type { StoredAlertKey, StoredIncident } from './stored-incident.ts';
import type { RowOperation, RowProperties } from './table-row.ts';
import type { TenantId } from './tenant-id.ts';
import { formatTicks, type Ticks } from './ticks.ts';

/** One version that is to replace what is stored. */
export interface IncidentVersion {
  tenantId: TenantId;
  observed: ObservedIncident;
  stored: StoredIncident | undefined;
  storedAlerts: StoredAlertKey[];
  isBackfill: boolean;
  /** The source answered by id with a version older than the stored one. */
  wentBack: boolean;
}

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

/** One row of a transaction is the tenant's state row, the fence. */
const ROWS_BESIDE_FENCE = MAX_TRANSACTION_ROWS - 1;

/** Everything of a version's rows but the commit's time and sequence. */
interface Draft {
  shown: RowProperties;
  list: RowProperties;
  history: RowProperties;
  log: RowProperties;
  listKeys: string[];
  oldListKeys: string[];
  alertRowsInPlace: RowOperation[];
  generation: number;
}

/** Kept, as a version is planned once for its size and again with each try to commit it. */
const drafts = new WeakMap<IncidentVersion, { draft: Draft; isLarge: boolean }>();

/** All rows that make `version` the shown one: incident, alerts, history, feed, open list, tenant list, change log. */
export function planIncidentWrite(version: IncidentVersion, stamp: CommitStamp): IncidentWrite {
  const { draft, isLarge } = draftOf(version, stamp);
  const { generation } = draft;
  if (!isLarge)
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

function draftOf(version: IncidentVersion, stamp: CommitStamp): { draft: Draft; isLarge: boolean } {
  const known = drafts.get(version);
  if (known !== undefined) return known;
  const draft = draftRows(version);
  const inPlace = [...mainRows(version, draft, stamp, draft.generation), ...draft.alertRowsInPlace];
  const made = { draft, isLarge: !fitsOneTransaction(inPlace) };
  drafts.set(version, made);
  return made;
}

function fitsOneTransaction(rows: readonly RowOperation[]): boolean {
  return (
    rows.length <= ROWS_BESIDE_FENCE && rows.reduce((sum, row) => sum + operationBytes(row), 0) <= MAX_TRANSACTION_BYTES
  );
}

function draftRows(version: IncidentVersion): Draft {
  const { tenantId, observed, stored } = version;
  const { incidentId } = observed.incident;
  const generation = stored?.generation ?? 1;
  const rowStamp: RowStamp = {
    tenantId,
    contentHash: observed.contentHash,
    firstCollectedAt: firstCollectedAt(stored, ''),
    collectedAt: '',
  };
  const shown = toIncidentRow(observed, rowStamp, generation);
  // Compared as stored, shortened fields included: a 1 MiB title must not look changed at every version.
  const incident = readIncidentRow(shown).incident;
  const changes = listChanges(version, incident);
  const kind = changeKind(stored?.incident, incident);
  const listKeys = listKeysOf(tenantId, incidentId, observed.updatedAt, isOpen(observed.incident.status));
  return {
    shown,
    list: toListRow(observed.incident, rowStamp),
    history: toHistoryRow(
      tenantId,
      incidentId,
      { at: '', lastUpdateTime: incident.lastUpdateTime, changes },
      observed.contentHash,
    ),
    log: toChangeLogRow({ storedAt: '', tenantId, incident, kind, isBackfill: version.isBackfill, changes }),
    listKeys,
    oldListKeys: stored === undefined ? [] : storedListKeys(tenantId, stored),
    alertRowsInPlace: alertRowsInPlace(version, generation),
    generation,
  };
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

function listChanges({ stored, storedAlerts, observed, wentBack }: IncidentVersion, incident: Incident) {
  if (stored === undefined) return [{ field: 'created', from: null, to: incident.createdTime }] satisfies FieldChange[];
  const alertsBefore = new Map(storedAlerts.map(({ alertId, contentHash }) => [alertId, contentHash]));
  const alertsAfter = new Map(observed.alerts.map((alert) => [alert.alertId, alertHash(alert)]));
  const changes = [...compareIncidents(stored.incident, incident), ...compareAlerts(alertsBefore, alertsAfter)];
  const marks: FieldChange[] = [];
  if (stored.isSourceMissing) marks.push({ field: 'sourceMissing', from: true, to: false });
  if (wentBack) marks.push({ field: 'wentBack', from: stored.incident.lastUpdateTime, to: incident.lastUpdateTime });
  return [...marks, ...changes];
}

/** The list rows move with the update time; one whose key stays is written in place. */
function listRows({ listKeys, oldListKeys }: Draft, properties: RowProperties): RowOperation[] {
  const removed = oldListKeys.filter((rowKey) => !listKeys.includes(rowKey));
  return [
    ...listKeys.map((rowKey): RowOperation => ({ kind: 'upsert', rowKey, properties })),
    ...removed.map((rowKey): RowOperation => ({ kind: 'delete', rowKey })),
  ];
}

function storedListKeys(
  tenantId: TenantId,
  { incident, updatedAt, isSourceMissing, isExpiring }: StoredIncident,
): string[] {
  if (isExpiring) return [];
  return listKeysOf(tenantId, incident.incidentId, updatedAt, isOpen(incident.status) && !isSourceMissing);
}

function listKeysOf(tenantId: TenantId, incidentId: string, updatedAt: Ticks, open: boolean): string[] {
  const keys = [feedKey(tenantId, incidentId, updatedAt), tenantListKey(tenantId, incidentId, updatedAt)];
  return open ? [...keys, openKey(tenantId, incidentId, updatedAt)] : keys;
}

function alertRowsInPlace({ tenantId, observed, storedAlerts }: IncidentVersion, generation: number): RowOperation[] {
  const { incidentId } = observed.incident;
  const hashes = new Map(storedAlerts.map((alert) => [alert.rowKey, alert.contentHash]));
  const wanted = new Map(
    observed.alerts.map((alert) => [alertKey(tenantId, incidentId, generation, alert.alertId), alert] as const),
  );
  const writes = [...wanted]
    .filter(([rowKey, alert]) => hashes.get(rowKey) !== alertHash(alert))
    .map(([rowKey, alert]): RowOperation => ({ kind: 'upsert', rowKey, properties: toAlertRow(tenantId, alert) }));
  const removals = storedAlerts
    .filter(({ rowKey }) => !wanted.has(rowKey))
    .map(({ rowKey }): RowOperation => ({ kind: 'delete', rowKey }));
  return [...writes, ...removals];
}
