import { isOpen } from './incident.ts';
import { feedKey, incidentKey, openKey, tenantListKey } from './row-keys.ts';
import type { StoredIncident } from './stored-incident.ts';
import type { RowOperation } from './table-row.ts';
import type { TenantId } from './tenant-id.ts';

/** Takes an incident out of every list that it is in. */
export function planDelisting(tenantId: TenantId, stored: StoredIncident): RowOperation[] {
  if (stored.isExpiring) return [];
  const { incident, updatedAt, isSourceMissing } = stored;
  const { incidentId } = incident;
  const keys = [feedKey(tenantId, incidentId, updatedAt), tenantListKey(tenantId, incidentId, updatedAt)];
  if (isOpen(incident.status) && !isSourceMissing) keys.push(openKey(tenantId, incidentId, updatedAt));
  return keys.map((rowKey) => ({ kind: 'delete', rowKey }));
}

/** Takes an incident that is too old out of every list and out of every reader's sight; its rows are deleted afterwards. */
export function planExpiry(tenantId: TenantId, stored: StoredIncident): RowOperation[] {
  const rowKey = incidentKey(tenantId, stored.incident.incidentId);
  return [{ kind: 'merge', rowKey, properties: { expiring: true } }, ...planDelisting(tenantId, stored)];
}
