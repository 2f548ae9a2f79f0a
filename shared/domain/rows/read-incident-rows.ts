import type { Alert, Comment, Device, Entity, Incident, SourceName, User } from '../incidents/incident.ts';
import type { ChangeKind, FieldChange } from '../incidents/incident-changes.ts';
import type { StoredAlertKey, StoredIncident } from '../incidents/stored-incident.ts';
import type { RowProperties, StoredRow } from '../values/table-row.ts';
import { readTicks } from '../values/ticks.ts';
import type { HistoryEntry } from './incident-rows.ts';
import { binaryColumn, numberColumn, textColumn } from './row-columns.ts';

/** Rows → types. A missing column is `null` (lists `[]`), so that rows of the version before stay readable. */

function readList<T>(row: RowProperties, name: string): T[] {
  const json = textColumn(row, name);
  const value: unknown = json === null ? [] : JSON.parse(json);
  // Only our own writer makes these columns; their element type is that of the writer.
  return Array.isArray(value) ? (value as T[]) : [];
}

function readSource(row: RowProperties): SourceName {
  return textColumn(row, 'source') === 'graph' ? 'graph' : 'defender';
}

/** The incident in a list row, without the columns that only the `I!` row has. */
export function readListIncident(row: RowProperties): Incident {
  return {
    incidentId: textColumn(row, 'incidentId') ?? '',
    name: textColumn(row, 'name'),
    status: textColumn(row, 'status') ?? 'unknown',
    severity: textColumn(row, 'severity') ?? 'unknown',
    classification: textColumn(row, 'classification'),
    determination: textColumn(row, 'determination'),
    assignedTo: textColumn(row, 'assignedTo'),
    createdTime: textColumn(row, 'createdTime'),
    lastUpdateTime: textColumn(row, 'lastUpdateTime') ?? '',
    redirectIncidentId: textColumn(row, 'redirectIncidentId'),
    tags: readList<string>(row, 'tags'),
    comments: [],
    alertsCount: numberColumn(row, 'alertsCount'),
    serviceSources: readList<string>(row, 'serviceSources'),
    categories: readList<string>(row, 'categories'),
    mitreTechniques: readList<string>(row, 'mitreTechniques'),
    devices: [],
    users: [],
    url: textColumn(row, 'url'),
    source: readSource(row),
  };
}

export function readIncidentRow(row: RowProperties): StoredIncident {
  const listed = readListIncident(row);
  return {
    incident: {
      ...listed,
      comments: readList<Comment>(row, 'comments'),
      devices: readList<Device>(row, 'devices'),
      users: readList<User>(row, 'users'),
    },
    updatedAt: readTicks(listed.lastUpdateTime) ?? 0n,
    contentHash: textColumn(row, 'contentHash') ?? '',
    timeAssumed: row['timeAssumed'] === true,
    isExpiring: row['expiring'] === true,
    isSourceMissing: row['sourceMissing'] === true,
    generation: numberColumn(row, 'generation') ?? 1,
    firstCollectedAt: textColumn(row, 'firstCollectedAt') ?? '',
    collectedAt: textColumn(row, 'collectedAt') ?? '',
    truncated: readList<string>(row, 'truncated'),
    index: binaryColumn(row, 'index'),
  };
}

export function readAlertRow(row: RowProperties): Alert {
  return {
    alertId: textColumn(row, 'alertId') ?? '',
    incidentId: textColumn(row, 'incidentId') ?? '',
    title: textColumn(row, 'title'),
    description: textColumn(row, 'description'),
    severity: textColumn(row, 'severity') ?? 'unknown',
    status: textColumn(row, 'status') ?? 'unknown',
    category: textColumn(row, 'category'),
    classification: textColumn(row, 'classification'),
    determination: textColumn(row, 'determination'),
    serviceSource: textColumn(row, 'serviceSource'),
    detectionSource: textColumn(row, 'detectionSource'),
    createdTime: textColumn(row, 'createdTime'),
    lastUpdateTime: textColumn(row, 'lastUpdateTime'),
    firstActivity: textColumn(row, 'firstActivity'),
    lastActivity: textColumn(row, 'lastActivity'),
    resolvedTime: textColumn(row, 'resolvedTime'),
    assignedTo: textColumn(row, 'assignedTo'),
    mitreTechniques: readList<string>(row, 'mitreTechniques'),
    devices: readList<Device>(row, 'devices'),
    users: readList<User>(row, 'users'),
    entities: readList<Entity>(row, 'entities'),
  };
}

export const ALERT_KEY_COLUMNS = ['alertId', 'contentHash'] as const;

export function readAlertKey(row: StoredRow): StoredAlertKey {
  return {
    rowKey: row.rowKey,
    alertId: textColumn(row.properties, 'alertId') ?? '',
    contentHash: textColumn(row.properties, 'contentHash') ?? '',
  };
}

export function readHistoryRow(row: RowProperties): HistoryEntry {
  return {
    at: textColumn(row, 'at') ?? '',
    lastUpdateTime: textColumn(row, 'lastUpdateTime') ?? '',
    changes: readList<FieldChange>(row, 'changes'),
  };
}

/** A `C!` row as `GET /changes` shows it. */
export interface LoggedChange {
  storedAt: string;
  tenantId: string;
  incidentId: string;
  name: string | null;
  severity: string;
  status: string;
  lastUpdateTime: string;
  kind: ChangeKind;
  backfill: boolean;
  changes: FieldChange[];
}

const KINDS: readonly ChangeKind[] = ['appeared', 'changed', 'resolved', 'reopened', 'merged'];

export function readChangeLogRow(row: RowProperties): LoggedChange {
  const kind = textColumn(row, 'kind');
  return {
    storedAt: textColumn(row, 'storedAt') ?? '',
    tenantId: textColumn(row, 'tenantId') ?? '',
    incidentId: textColumn(row, 'incidentId') ?? '',
    name: textColumn(row, 'name'),
    severity: textColumn(row, 'severity') ?? 'unknown',
    status: textColumn(row, 'status') ?? 'unknown',
    lastUpdateTime: textColumn(row, 'lastUpdateTime') ?? '',
    kind: KINDS.find((known) => known === kind) ?? 'changed',
    backfill: row['backfill'] === true,
    changes: readList<FieldChange>(row, 'changes'),
  };
}
