import { alertHash } from '../incidents/content-hash.ts';
import { isOpen, type Incident, type ObservedIncident } from '../incidents/incident.ts';
import { changeKind, compareAlerts, compareIncidents, type FieldChange } from '../incidents/incident-changes.ts';
import type { StoredAlertKey, StoredIncident } from '../incidents/stored-incident.ts';
import type { RowOperation, RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';
import {
  firstCollectedAt,
  toAlertRow,
  toChangeLogRow,
  toHistoryRow,
  toIncidentRow,
  toListRow,
  type RowStamp,
} from './incident-rows.ts';
import { planIndexWrite, type IndexWrite } from './plan-index-write.ts';
import { readIncidentRow } from './read-incident-rows.ts';
import { alertKey, feedKey, openKey, tenantListKey } from './row-keys.ts';

/** One version that is to replace what is stored. */
export interface IncidentVersion {
  tenantId: TenantId;
  observed: ObservedIncident;
  stored: StoredIncident | undefined;
  storedAlerts: StoredAlertKey[];
  isBackfill: boolean;
  /** The source returned by id a version older than the stored one. */
  wentBack: boolean;
}

/** Everything of a version's rows but the commit's time and sequence. */
export interface Draft {
  shown: RowProperties;
  list: RowProperties;
  history: RowProperties;
  log: RowProperties;
  listKeys: string[];
  oldListKeys: string[];
  alertRowsInPlace: RowOperation[];
  index: IndexWrite;
  generation: number;
}

export function draftRows(version: IncidentVersion): Draft {
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
  const incident = shown['truncated'] === undefined ? observed.incident : readIncidentRow(shown).incident;
  const changes = listChanges(version, incident);
  const index = planIndexWrite(version, incident);
  const kind = changeKind(stored?.incident, incident);
  const listKeys = listKeysOf(tenantId, incidentId, observed.updatedAt, isOpen(observed.incident.status));
  return {
    shown: { ...shown, index: index.column },
    list: toListRow(observed.incident, rowStamp),
    history: toHistoryRow(
      tenantId,
      incidentId,
      { at: '', lastUpdateTime: incident.lastUpdateTime, changes },
      observed.contentHash,
    ),
    log: toChangeLogRow({
      storedAt: '',
      tenantId,
      incident,
      kind,
      isBackfill: version.isBackfill,
      changes,
      told: index.told,
    }),
    listKeys,
    oldListKeys: stored === undefined ? [] : storedListKeys(tenantId, stored),
    alertRowsInPlace: alertRowsInPlace(version, generation),
    index,
    generation,
  };
}

function listChanges({ stored, storedAlerts, observed, wentBack }: IncidentVersion, incident: Incident) {
  if (stored === undefined) return [{ field: 'created', from: null, to: incident.createdTime }] satisfies FieldChange[];
  const alertsBefore = new Map(storedAlerts.map(({ alertId, contentHash }) => [alertId, contentHash]));
  const alertsAfter = new Map(observed.alerts.map((alert) => [alert.alertId, alertHash(alert)]));
  const alerts = compareAlerts(alertsBefore, alertsAfter);
  const isRetold = stored.incident.source !== incident.source;
  const changes = [...compareIncidents(stored.incident, incident), ...(isRetold ? withoutChanged(alerts) : alerts)];
  const marks: FieldChange[] = [];
  if (stored.isSourceMissing) marks.push({ field: 'sourceMissing', from: true, to: false });
  if (wentBack) marks.push({ field: 'wentBack', from: stored.incident.lastUpdateTime, to: incident.lastUpdateTime });
  return [...marks, ...changes];
}

/** Another source writes every alert differently; only an added or removed one is a change. */
function withoutChanged(changes: readonly FieldChange[]): FieldChange[] {
  return changes.flatMap((change): FieldChange[] => {
    if (!('added' in change)) return [change];
    return change.added.length + change.removed.length === 0 ? [] : [{ ...change, changed: [] }];
  });
}

/** The list rows of an incident as it is stored. */
export function storedListKeys(
  tenantId: TenantId,
  { incident, updatedAt, isSourceMissing, isExpiring }: StoredIncident,
): string[] {
  if (isExpiring) return [];
  return listKeysOf(tenantId, incident.incidentId, updatedAt, isOpen(incident.status) && !isSourceMissing);
}

/** The lists that an incident is in: all incidents, those of its tenant, and the open ones. */
export function listKeysOf(tenantId: TenantId, incidentId: string, updatedAt: Ticks, open: boolean): string[] {
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
