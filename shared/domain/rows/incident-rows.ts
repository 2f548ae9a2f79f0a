import { alertHash } from '../incidents/content-hash.ts';
import type { Alert, Incident, ObservedIncident } from '../incidents/incident.ts';
import type { ChangeKind, FieldChange } from '../incidents/incident-changes.ts';
import type { StoredIncident } from '../incidents/stored-incident.ts';
import type { RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { buildRow, compressIfFits, cutList, cutText, type RowBuilder } from './row-limits.ts';
import { packTold, type Told } from '../observables/told.ts';

/** Version of the row format; a reader understands this one and the one before. */
export const ROW_VERSION = 1;

/** Longest JSON of one history entry's changes; a longer value inside it is shortened first. */
const MAX_CHANGES_CHARS = 30_000;
const MAX_CHANGE_VALUE_CHARS = 2_000;

/** The columns of a row in addition to the incident itself. */
export interface RowStamp {
  tenantId: TenantId;
  contentHash: string;
  firstCollectedAt: string;
  collectedAt: string;
}

function putListColumns(row: RowBuilder, incident: Incident, stamp: RowStamp): void {
  row.set('v', ROW_VERSION);
  row.set('tenantId', stamp.tenantId);
  row.line('incidentId', incident.incidentId);
  row.line('name', incident.name);
  row.line('status', incident.status);
  row.line('severity', incident.severity);
  row.line('classification', incident.classification);
  row.line('determination', incident.determination);
  row.line('assignedTo', incident.assignedTo);
  row.set('createdTime', incident.createdTime);
  row.set('lastUpdateTime', incident.lastUpdateTime);
  row.line('redirectIncidentId', incident.redirectIncidentId);
  row.list('tags', incident.tags);
  row.set('alertsCount', incident.alertsCount);
  row.set('devicesCount', incident.devices.length);
  row.set('usersCount', incident.users.length);
  row.list('serviceSources', incident.serviceSources);
  row.list('categories', incident.categories);
  row.list('mitreTechniques', incident.mitreTechniques);
  row.line('url', incident.url);
  row.set('source', incident.source);
  row.set('contentHash', stamp.contentHash);
  row.set('firstCollectedAt', stamp.firstCollectedAt);
  row.set('collectedAt', stamp.collectedAt);
}

/** Properties of the `F!`, `O!` and `U!` rows: every list column, so that no list ever reads a second row. */
export function toListRow(incident: Incident, stamp: RowStamp): RowProperties {
  const row = buildRow();
  putListColumns(row, incident, stamp);
  return row.finish();
}

const compressed = new WeakMap<ObservedIncident, Uint8Array | null>();

function compressedSource(observed: ObservedIncident): Uint8Array | null {
  const known = compressed.get(observed);
  if (known !== undefined) return known;
  const bytes = compressIfFits(observed.sourceJson);
  compressed.set(observed, bytes);
  return bytes;
}

/** Properties of the `I!` row. */
export function toIncidentRow(observed: ObservedIncident, stamp: RowStamp, generation: number): RowProperties {
  const { incident } = observed;
  const row = buildRow();
  putListColumns(row, incident, stamp);
  row.list('comments', incident.comments);
  row.list('devices', incident.devices);
  row.list('users', incident.users);
  row.set('generation', generation);
  row.set('timeAssumed', observed.timeAssumed ? true : null);
  row.set('sourceJson', compressedSource(observed));
  return row.finish();
}

export function toAlertRow(tenantId: TenantId, alert: Alert): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('tenantId', tenantId);
  row.line('alertId', alert.alertId);
  row.line('incidentId', alert.incidentId);
  row.line('title', alert.title);
  row.text('description', alert.description);
  row.line('severity', alert.severity);
  row.line('status', alert.status);
  row.line('category', alert.category);
  row.line('classification', alert.classification);
  row.line('determination', alert.determination);
  row.line('serviceSource', alert.serviceSource);
  row.line('detectionSource', alert.detectionSource);
  row.set('createdTime', alert.createdTime);
  row.set('lastUpdateTime', alert.lastUpdateTime);
  row.set('firstActivity', alert.firstActivity);
  row.set('lastActivity', alert.lastActivity);
  row.set('resolvedTime', alert.resolvedTime);
  row.line('assignedTo', alert.assignedTo);
  row.list('mitreTechniques', alert.mitreTechniques);
  row.list('devices', alert.devices);
  row.list('users', alert.users);
  row.list('entities', alert.entities);
  row.set('contentHash', alertHash(alert));
  return row.finish();
}

export interface HistoryEntry {
  /** When we stored it; ISO 8601 UTC, storage service's clock. */
  at: string;
  lastUpdateTime: string;
  changes: FieldChange[];
}

export function toHistoryRow(
  tenantId: TenantId,
  incidentId: string,
  entry: HistoryEntry,
  contentHash: string,
): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('tenantId', tenantId);
  row.line('incidentId', incidentId);
  row.set('at', entry.at);
  row.set('lastUpdateTime', entry.lastUpdateTime);
  row.set('changes', changesJson(entry.changes));
  row.set('contentHash', contentHash);
  return row.finish();
}

export interface ChangeLogEntry {
  storedAt: string;
  tenantId: TenantId;
  incident: Incident;
  kind: ChangeKind;
  /** The version was read by a first read or a catch-up, not as today's news. */
  isBackfill: boolean;
  changes: FieldChange[];
  told: Told;
}

export function toChangeLogRow(entry: ChangeLogEntry): RowProperties {
  const { incident } = entry;
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('tenantId', entry.tenantId);
  row.line('incidentId', incident.incidentId);
  row.line('name', incident.name);
  row.line('severity', incident.severity);
  row.line('status', incident.status);
  row.set('lastUpdateTime', incident.lastUpdateTime);
  row.set('storedAt', entry.storedAt);
  row.set('kind', entry.kind);
  row.set('backfill', entry.isBackfill);
  row.set('changes', changesJson(entry.changes));
  row.set('told', packTold(entry.told) ?? null);
  return row.finish();
}

/** An incident of before has entered the index: no change that anybody is shown, and news for who looks for campaigns. */
export function toQuietLogRow(tenantId: TenantId, incidentId: string, storedAt: string): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('tenantId', tenantId);
  row.line('incidentId', incidentId);
  row.set('storedAt', storedAt);
  row.set('quiet', true);
  return row.finish();
}

function changesJson(changes: readonly FieldChange[]): string {
  return cutList(changes.map(shortenChange), MAX_CHANGES_CHARS).json;
}

function shortenChange(change: FieldChange): unknown {
  if ('added' in change)
    return {
      ...change,
      added: change.added.slice(0, 200),
      removed: change.removed.slice(0, 200),
      changed: change.changed.slice(0, 200),
    };
  return { field: change.field, from: shortenValue(change.from), to: shortenValue(change.to) };
}

function shortenValue(value: unknown): unknown {
  const json = JSON.stringify(value ?? null);
  return json.length <= MAX_CHANGE_VALUE_CHARS ? (value ?? null) : `${cutText(json, MAX_CHANGE_VALUE_CHARS)}…`;
}

/** First-collected time to carry on: an incident keeps it through all its versions. */
export function firstCollectedAt(stored: StoredIncident | undefined, now: string): string {
  return stored?.firstCollectedAt ?? now;
}
