import { allStates } from '../domain/rows/row-keys.ts';
import type { IntervalSettings } from '../domain/tenants/poll-interval.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { SHARDS, shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { listBlind, toCoverage, type BlindTenant, type Coverage, type KnownTenant } from '../domain/views/coverage.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { createShardCache } from '../tables/shard-cache.ts';
import type { TenantNames } from './tenant-names.ts';

/** What operators are shown of a state row; the rest of it can be large. */
const SHOWN_COLUMNS = [
  'tenantId',
  'status',
  'isPaused',
  'ownSource',
  'source',
  'statusSince',
  'lastError',
  'lastBlind',
  'completeFrom',
  'completeThrough',
  'reconciledThrough',
  'live',
  'backfill',
  'gaps',
  'storedIncidents',
  'arrivals',
  'leftOutIncidents',
  'index',
  'readFrom',
  'move',
  'lastChangeAt',
  'lastPolledAt',
  'standby',
] as const;

export async function listTenantStates(incidents: Table, shard: string): Promise<TenantState[]> {
  const rows = await listAllRows(incidents, shard, allStates, SHOWN_COLUMNS);
  return rows.map(({ properties }) => readStateRow(properties));
}

/** How fresh the tenants' data are, by state rows at most a minute old. */
export interface CoverageReader {
  /**
   * Of the given tenants, or of all. What was stored before this call began is in the coverage's promise or beyond it. With
   * `since`, a tenant that was blind at any time after it is named although it sees again.
   */
  read(tenantIds?: readonly TenantId[], since?: Ticks): Promise<Coverage>;
  /**
   * Everything that is known of all tenants, in no order, at most `maxAgeMs` old. The next `read` uses the same data: no two
   * responses of this process contradict each other.
   */
  known(maxAgeMs: number): Promise<KnownTenant[]>;
  /** Those of known tenants that are blind now. */
  blindOf(tenants: readonly KnownTenant[]): BlindTenant[];
  forget(tenantId: TenantId): void;
}

const KEEP_MS = 60_000;

export function createCoverageReader(
  incidents: Table,
  names: TenantNames,
  settings: IntervalSettings,
  clock: Clock,
): CoverageReader {
  const cache = createShardCache(clock, KEEP_MS, (shard) => listTenantStates(incidents, shard));
  async function readKnown(tenantIds: readonly TenantId[] | undefined, maxAgeMs: number): Promise<KnownTenant[]> {
    const shards = tenantIds === undefined ? SHARDS : [...new Set(tenantIds.map(shardOf))];
    const [records, states] = await Promise.all([
      names.read(tenantIds, maxAgeMs),
      Promise.all(shards.map((shard) => cache.read(shard, maxAgeMs))),
    ]);
    const byId = new Map(states.flat().map((state) => [state.tenantId, state]));
    const asked = tenantIds ?? [...new Set([...records.keys(), ...byId.keys()])];
    return asked.map((tenantId) => ({ tenantId, record: records.get(tenantId), state: byId.get(tenantId) }));
  }

  return {
    read: async (tenantIds, since) =>
      toCoverage(await readKnown(tenantIds, KEEP_MS), settings, { now: incidents.serviceTime(), since }),
    blindOf: (tenants) => listBlind(tenants, settings, incidents.serviceTime()),
    known: (maxAgeMs) => readKnown(undefined, maxAgeMs),
    forget: (tenantId) => {
      cache.forget(shardOf(tenantId));
    },
  };
}
