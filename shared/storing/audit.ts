import { randomUUID } from 'node:crypto';
import { auditPlace, ERASED_PARTITION, toAuditRow, type AuditEntry } from '../domain/tenants/audit-entry.ts';
import { readErasureRow, toErasureRow, type Erasure } from '../domain/tenants/erasure.ts';
import { allTenants } from '../domain/tenants/tenant-record.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { hasCode } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';

/**
 * Records who changed what; it survives the purge of a tenant. Entries are written before their change: a change that is
 * refused or cut off may have an entry, but no change happens without one.
 */
export interface AuditLog {
  record(entry: AuditEntry): Promise<void>;
  /** The tenant was registered once, and all its rows were erased since. */
  wasErased(tenantId: TenantId): Promise<boolean>;
  /** Called by the purge, before it gives up the tenant's last row. */
  saveErasure(erasure: Erasure): Promise<void>;
  getErasure(tenantId: TenantId): Promise<Erasure | undefined>;
  listErasures(): Promise<Erasure[]>;
}

export function createAuditLog(table: Table): AuditLog {
  return {
    record: async (entry) => {
      const now = table.serviceTime();
      const { partitionKey, rowKey } = auditPlace(entry, { at: now, id: randomUUID() });
      try {
        await table.transact(partitionKey, [{ kind: 'insert', rowKey, properties: toAuditRow(entry, now) }]);
      } catch (error) {
        // The same event, recorded before, or by a repeat inside the SDK.
        if (!hasCode(error, 'row-exists')) throw error;
      }
    },
    wasErased: async (tenantId) => (await table.get(ERASED_PARTITION, tenantId)) !== undefined,
    saveErasure: async (erasure) => {
      const properties = toErasureRow(erasure);
      await table.transact(ERASED_PARTITION, [{ kind: 'upsert', rowKey: erasure.tenantId, properties }]);
    },
    getErasure: async (tenantId) => {
      const row = await table.get(ERASED_PARTITION, tenantId);
      return row === undefined ? undefined : readErasureRow(row);
    },
    listErasures: async () => {
      const rows = await listAllRows(table, ERASED_PARTITION, allTenants);
      return rows.map(readErasureRow).filter((erasure) => erasure !== undefined);
    },
  };
}
