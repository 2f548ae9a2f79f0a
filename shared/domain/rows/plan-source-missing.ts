import type { FieldChange } from '../incidents/incident-changes.ts';
import type { StoredIncident } from '../incidents/stored-incident.ts';
import type { RowOperation, RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks } from '../values/ticks.ts';
import { listKeysOf, storedListKeys } from './draft-incident-rows.ts';
import { toChangeLogRow, toHistoryRow } from './incident-rows.ts';
import type { CommitStamp } from './plan-incident-write.ts';
import { NOTHING_TOLD } from '../observables/told.ts';
import { changeLogKey, historyKey, incidentKey } from './row-keys.ts';

/**
 * All rows that show an incident as gone from the source: it stays in the lists but for the open one, and its history says when.
 * Its version gets a hash that no version of the source has, so that the same version is stored anew when it comes back.
 */
export function planSourceMissing(tenantId: TenantId, stored: StoredIncident, stamp: CommitStamp): RowOperation[] {
  const { incident, updatedAt, contentHash } = stored;
  const { incidentId } = incident;
  const shown: RowProperties = { sourceMissing: true, contentHash: `missing-${contentHash}` };
  const storedAt = formatTicks(stamp.storedAt);
  const changes: FieldChange[] = [{ field: 'sourceMissing', from: false, to: true }];
  const entry = { at: storedAt, lastUpdateTime: incident.lastUpdateTime, changes };
  const kept = listKeysOf(tenantId, incidentId, updatedAt, false);
  const left = storedListKeys(tenantId, stored).filter((rowKey) => !kept.includes(rowKey));
  return [
    ...[incidentKey(tenantId, incidentId), ...kept].map((rowKey): RowOperation => ({
      kind: 'merge',
      rowKey,
      properties: shown,
    })),
    ...left.map((rowKey): RowOperation => ({ kind: 'delete', rowKey })),
    {
      kind: 'upsert',
      rowKey: historyKey(tenantId, incidentId, updatedAt, stamp.sequence),
      properties: toHistoryRow(tenantId, incidentId, entry, `missing-${contentHash}`),
    },
    {
      kind: 'upsert',
      rowKey: changeLogKey(stamp.storedAt, tenantId, incidentId),
      properties: toChangeLogRow({
        storedAt,
        tenantId,
        incident,
        kind: 'changed',
        isBackfill: false,
        changes,
        told: NOTHING_TOLD,
      }),
    },
  ];
}
