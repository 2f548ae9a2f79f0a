import { isOpen, type Comment, type Device, type Incident, type User } from '../incidents/incident.ts';
import { unpackIndex } from '../rows/stored-index.ts';
import { readIncidentRow } from '../rows/read-incident-rows.ts';
import { numberColumn, textColumn } from '../rows/row-columns.ts';
import type { TenantRecord } from '../tenants/tenant-record.ts';
import type { RowProperties } from '../values/table-row.ts';
import { TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';

/** Defender XDR keeps incidents for 180 days (learn.microsoft.com, Microsoft Defender XDR data retention). */
const SOURCE_RETENTION = 180n * TICKS_PER_DAY;

/** An incident in a list. Its comments, devices and users are not in list rows: they are left out rather than shown as none. */
export interface ListedIncident extends Omit<Incident, 'comments' | 'devices' | 'users'> {
  tenantId: string;
  tenantName: string | null;
  customer: string | null;
  /** Some of its alerts could not be read yet; those that are shown may be of an older version. */
  alertsPending: boolean;
  /** `null`: alerts are pending, or the version was stored before these were counted. */
  devicesCount: number | null;
  usersCount: number | null;
  firstCollectedAt: string;
  /** When the shown version was stored. */
  collectedAt: string;
  /** Fields that were shortened to be stored. */
  truncated: string[];
  /** The source reported twice, a day apart, that it has no such incident; it does not count as open. */
  sourceMissing: boolean;
  /** Open, and without an update for longer than the source keeps incidents. */
  beyondSourceRetention: boolean;
}

export interface IncidentView extends ListedIncident {
  comments: Comment[];
  devices: Device[];
  users: User[];
  /** The number of values that are too many for the index; `null` while the incident is not in it. */
  unindexedValues: number | null;
}

/** An `I!` row, with what the registry calls its tenant; `now` is the storage service's time. */
export function toIncidentView(row: RowProperties, record: TenantRecord | undefined, now: Ticks): IncidentView {
  const { incident, index } = readIncidentRow(row);
  const { comments, devices, users } = incident;
  const unindexedValues = unpackIndex(index)?.leftOut ?? null;
  return { ...toListedIncident(row, record, now), comments, devices, users, unindexedValues };
}

/** A list row, with what the registry calls its tenant. */
export function toListedIncident(row: RowProperties, record: TenantRecord | undefined, now: Ticks): ListedIncident {
  const { incident, updatedAt, isSourceMissing, firstCollectedAt, collectedAt, truncated } = readIncidentRow(row);
  const alertsPending = incident.source === 'graph' && incident.alertsCount === null;
  const isOld = now - updatedAt > SOURCE_RETENTION;
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
    alertsPending,
    devicesCount: alertsPending ? null : numberColumn(row, 'devicesCount'),
    usersCount: alertsPending ? null : numberColumn(row, 'usersCount'),
    serviceSources: incident.serviceSources,
    categories: incident.categories,
    mitreTechniques: incident.mitreTechniques,
    url: incident.url,
    source: incident.source,
    firstCollectedAt,
    collectedAt,
    truncated,
    sourceMissing: isSourceMissing,
    beyondSourceRetention: isOld && isOpen(incident.status) && !isSourceMissing,
  };
}
