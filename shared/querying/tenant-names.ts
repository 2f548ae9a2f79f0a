import { allTenants, readTenantRow, type TenantRecord } from '../domain/tenants/tenant-record.ts';
import { SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { createShardCache } from '../tables/shard-cache.ts';

export type TenantRecords = ReadonlyMap<TenantId, TenantRecord>;

/** The registry's names, at most a minute old, or `maxAgeMs`. */
export interface TenantNames {
  /** The records of the given tenants, or of all; one that is not registered is missing. */
  read(tenantIds?: Iterable<TenantId>, maxAgeMs?: number): Promise<TenantRecords>;
  forget(tenantId: TenantId): void;
}

const KEEP_MS = 60_000;

export function createTenantNames(tenants: Table, clock: Clock): TenantNames {
  const cache = createShardCache(clock, KEEP_MS, (shard) => listTenantRecords(tenants, shard));
  return {
    read: async (tenantIds, maxAgeMs) => {
      const wanted = tenantIds === undefined ? undefined : [...tenantIds];
      const shards = wanted === undefined ? SHARDS : new Set(wanted.map(shardOf));
      const records = (await Promise.all([...shards].map((shard) => cache.read(shard, maxAgeMs)))).flat();
      const isWanted = wanted === undefined ? undefined : new Set(wanted);
      return new Map(
        records.filter(({ tenantId }) => isWanted?.has(tenantId) ?? true).map((record) => [record.tenantId, record]),
      );
    },
    forget: (tenantId) => {
      cache.forget(shardOf(tenantId));
    },
  };
}

export async function listTenantRecords(tenants: Table, shard: string): Promise<TenantRecord[]> {
  const rows = await listAllRows(tenants, shard, allTenants);
  return rows.map(readTenantRow).filter((record) => record !== undefined);
}
