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

/** A row that names an incident, with what the registry calls its tenant. */
export function toIncidentView(row: RowProperties, record: TenantRecord | undefined): IncidentView {
  const { incident, firstCollectedAt, collectedAt, truncated } = readIncidentRow(row);
  return {
    tenantId: textColumn(row, 'tenantId') ?? '',
    tenantName: record?.displayName ?? null,
    customer: record?.customer ?? null,
    ...incident,
    firstCollectedAt,
    collectedAt,
    truncated,
  };
}

export function toListedIncident(row: RowProperties, record: TenantRecord | undefined): ListedIncident {
  const { comments: _comments, devices: _devices, users: _users, ...listed } = toIncidentView(row, record);
  return listed;
}
