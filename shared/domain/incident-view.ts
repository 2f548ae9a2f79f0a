import type { Comment, Device, Incident, User } from './incident.ts';
import { readIncidentRow, textColumn } from './read-incident-rows.ts';
import type { RowProperties } from './table-row.ts';
import type { TenantRecord } from './tenant-record.ts';

/** An incident in a list. Its comments, devices and users are not in list rows: they are left out rather than shown as none. */
export interface ListedIncident extends Omit<Incident, 'comments' | 'devices' | 'users'> {
  tenantId: string;
  tenantName: string | null;
  customer: string | null;
  firstCollectedAt: string;
  /** When the shown version was stored. */
  collectedAt: string;
  /** Fields that were shortened to be stored. */
  truncated: string[];
}

export interface IncidentView extends ListedIncident {
  comments: Comment[];
  devices: Device[];
  users: User[];
}

/** An `I!` row, with what the registry calls its tenant. */
export function toIncidentView(row: RowProperties, record: TenantRecord | undefined): IncidentView {
  const { comments, devices, users } = readIncidentRow(row).incident;
  return { ...toListedIncident(row, record), comments, devices, users };
}

/** A list row, with what the registry calls its tenant. */
export function toListedIncident(row: RowProperties, record: TenantRecord | undefined): ListedIncident {
  const { incident, firstCollectedAt, collectedAt, truncated } = readIncidentRow(row);
  return {
    tenantId: textColumn(row, 'tenantId') ?? '',
    tenantName: record?.displayName ?? null,
    customer: record?.customer ?? null,
    incidentId: incident.incidentId,
    name: incident.name,
    status: incident.status,
    severity: incident.severity,
    classification: incident.classification,
    determination: incident.determination,
    assignedTo: incident.assignedTo,
    createdTime: incident.createdTime,
    lastUpdateTime: incident.lastUpdateTime,
    redirectIncidentId: incident.redirectIncidentId,
    tags: incident.tags,
    alertsCount: incident.alertsCount,
    serviceSources: incident.serviceSources,
    categories: incident.categories,
    mitreTechniques: incident.mitreTechniques,
    url: incident.url,
    source: incident.source,
    firstCollectedAt,
    collectedAt,
    truncated,
  };
}
