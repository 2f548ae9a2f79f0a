import { readTenantRow, toTenantRow, type TenantRecord } from '../domain/tenants/tenant-record.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import type { Table } from '../ports/table.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';

const TRIES = 5;

/** Changes a tenant's row in the registry, or writes its first one. True when it was the first. */
export async function saveTenantRecord(
  tenants: Table,
  tenantId: TenantId,
  change: (record: TenantRecord) => TenantRecord,
): Promise<boolean> {
  const shard = shardOf(tenantId);
  return repeatOnRace({ tries: TRIES }, async () => {
    const row = await tenants.get(shard, tenantId);
    const known = row === undefined ? undefined : readTenantRow(row);
    const record = change(known ?? blankRecord(tenantId, formatTicks(tenants.serviceTime())));
    if (known !== undefined && JSON.stringify(record) === JSON.stringify(known)) return false;
    const properties = toTenantRow(record);
    await tenants.transact(shard, [
      row === undefined
        ? { kind: 'insert', rowKey: tenantId, properties }
        : { kind: 'replace', rowKey: tenantId, properties, ifMatch: row.etag },
    ]);
    return row === undefined;
  });
}

function blankRecord(tenantId: TenantId, createdAt: string): TenantRecord {
  return { tenantId, displayName: null, customer: null, labels: [], consentedAt: null, deletedAt: null, createdAt };
}
