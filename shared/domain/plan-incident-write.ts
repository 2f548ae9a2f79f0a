import { isOpen, type ObservedIncident } from './incident.ts';
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
import type { RowOperation } from './table-row.ts';
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

/** All rows that make `version` the shown one: incident, alerts, history, feed, open list, tenant list, change log. */
export function planIncidentWrite(version: IncidentVersion, stamp: CommitStamp): IncidentWrite {
  const generation = version.stored?.generation ?? 1;
  const inPlace = [...mainRows(version, stamp, generation), ...alertRowsInPlace(version, generation)];
  if (fitsOneTransaction(inPlace))
    return { rows: inPlace, newGeneration: [], staleGeneration: undefined, generation, isLarge: false };
  const next = generation + 1;
  return {
    rows: mainRows(version, stamp, next),
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

function fitsOneTransaction(rows: readonly RowOperation[]): boolean {
  return (
    rows.length <= ROWS_BESIDE_FENCE && rows.reduce((sum, row) => sum + operationBytes(row), 0) <= MAX_TRANSACTION_BYTES
  );
}

function mainRows(version: IncidentVersion, stamp: CommitStamp, generation: number): RowOperation[] {
  const { tenantId, observed, stored } = version;
  const { incidentId } = observed.incident;
  const collectedAt = formatTicks(stamp.storedAt);
  const rowStamp: RowStamp = {
    tenantId,
    contentHash: observed.contentHash,
    firstCollectedAt: firstCollectedAt(stored, collectedAt),
    collectedAt,
  };
  const shown = toIncidentRow(observed, rowStamp, generation);
  // Compared as stored, shortened fields included: a 1 MiB title must not look changed at every version.
  const incident = readIncidentRow(shown).incident;
  const changes = listChanges(version, incident);
  return [
    { kind: stored === undefined ? 'insert' : 'upsert', rowKey: incidentKey(tenantId, incidentId), properties: shown },
    ...listRows(version, rowStamp),
    {
      kind: 'upsert',
      rowKey: historyKey(tenantId, incidentId, observed.updatedAt, stamp.sequence),
      properties: toHistoryRow(
        tenantId,
        incidentId,
        { at: collectedAt, lastUpdateTime: incident.lastUpdateTime, changes },
        observed.contentHash,
      ),
    },
    {
      kind: 'upsert',
      rowKey: changeLogKey(stamp.storedAt, tenantId, incidentId),
      properties: toChangeLogRow({
        storedAt: collectedAt,
        tenantId,
        incident,
        kind: changeKind(stored?.incident, incident),
        isBackfill: version.isBackfill,
        changes,
      }),
    },
  ];
}

function listChanges(
  { stored, storedAlerts, observed, wentBack }: IncidentVersion,
  incident: ObservedIncident['incident'],
) {
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
function listRows({ tenantId, observed, stored }: IncidentVersion, rowStamp: RowStamp): RowOperation[] {
  const { incidentId } = observed.incident;
  const properties = toListRow(observed.incident, rowStamp);
  const wanted = listKeys(tenantId, incidentId, observed.updatedAt, isOpen(observed.incident.status));
  const wasOpen = stored !== undefined && isOpen(stored.incident.status) && !stored.isSourceMissing;
  const isListed = stored !== undefined && !stored.isExpiring;
  const present = !isListed ? [] : listKeys(tenantId, incidentId, stored.updatedAt, wasOpen);
  return [
    ...wanted.map((rowKey): RowOperation => ({ kind: 'upsert', rowKey, properties })),
    ...present.filter((rowKey) => !wanted.includes(rowKey)).map((rowKey): RowOperation => ({ kind: 'delete', rowKey })),
  ];
}

function listKeys(tenantId: TenantId, incidentId: string, updatedAt: Ticks, open: boolean): string[] {
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
