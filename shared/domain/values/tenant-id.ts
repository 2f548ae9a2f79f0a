import { createHash } from 'node:crypto';

declare const tenantIdBrand: unique symbol;
/** A lower-case GUID. Only `readTenantId` makes one, so that no row key is ever built from unchecked text. */
export type TenantId = string & { readonly [tenantIdBrand]: true };

/** The 16 partitions of the table `Incidents`, in order. 16 is a constant of the key format. */
export const SHARDS: readonly string[] = Array.from('0123456789abcdef');

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a tenant id in any letter case; `undefined` when the text is not a GUID. */
export function readTenantId(text: unknown): TenantId | undefined {
  if (typeof text !== 'string') return undefined;
  const lower = text.trim().toLowerCase();
  return isTenantId(lower) ? lower : undefined;
}

function isTenantId(text: string): text is TenantId {
  return GUID.test(text);
}

const shards = new Map<TenantId, string>();

/** Partition key of everything that belongs to this tenant: the first hex digit of SHA-256(tenantId). */
export function shardOf(tenantId: TenantId): string {
  const known = shards.get(tenantId);
  if (known !== undefined) return known;
  const shard = createHash('sha256').update(tenantId).digest('hex').slice(0, 1);
  shards.set(tenantId, shard);
  return shard;
}
